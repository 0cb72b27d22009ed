using System.Globalization;
using System.Net;
using DevOps.Core.Tests.Hosting;
using DevOps.Server.Tests.Hosting;

namespace DevOps.Server.Tests.Samples;

/// <summary>A feature flag service as checkbox.io sees it: a node at 127.0.0.1, which a test lets answer as it likes, and others if it likes.</summary>
internal sealed class CheckboxFlags : IAsyncDisposable
{
    public static readonly ScriptedAnswer On = new(200, """{"featureflag":true}""");

    public static readonly ScriptedAnswer Off = new(200, """{"featureflag":false}""");

    public CheckboxFlags(ScriptedAnswer answer)
    {
        Answer = answer;
        Node = new LoopbackServer(_ => Answer, Port);
    }

    /// <summary>What the node answers from now on.</summary>
    public ScriptedAnswer Answer { get; set; }

    public LoopbackServer Node { get; }

    /// <summary>The port of all nodes.</summary>
    public int Port { get; } = FreePort.Find();

    /// <summary>Starts one more node at another address of this machine.</summary>
    public LoopbackServer AddNode(string address, ScriptedAnswer answer) => new(_ => answer, Port, IPAddress.Parse(address));

    /// <summary>Starts checkbox.io with this service.</summary>
    public Task<CheckboxApp> StartAppAsync(string addresses = "127.0.0.1", params (string Name, string Value)[] variables) =>
        CheckboxApp.StartAsync([("FLAGS_ADDRESSES", addresses), ("FLAGS_PORT", Port.ToString(CultureInfo.InvariantCulture)), .. variables]);

    /// <summary>Waits until the node has been asked.</summary>
    public Task HasBeenAskedAsync() => Eventually.IsAsync(() => Node.Requests.Count > 0);

    /// <summary>Waits until the node has been asked some more times.</summary>
    public Task IsAskedAsync(int times)
    {
        var before = Node.Requests.Count;
        return Eventually.IsAsync(() => Node.Requests.Count >= before + times);
    }

    public ValueTask DisposeAsync() => Node.DisposeAsync();
}
