using System.Globalization;
using System.Text;
using DevOps.Benchmarks.Balancer;
using DevOps.Core.Heartbeats;
using DevOps.Core.Heartbeats.Monitor;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Benchmarks.Heartbeats;

/// <summary>Our monitor, as a process with a state folder of its own.</summary>
internal sealed class MonitorUnderTest : IAsyncDisposable
{
    private MonitorUnderTest(GuardedProcess process, Uri page)
    {
        Process = process;
        Page = page;
    }

    /// <summary>Its process.</summary>
    public GuardedProcess Process { get; }

    /// <summary>Where its page is.</summary>
    public Uri Page { get; }

    /// <summary>The memory that it holds now.</summary>
    public double Megabytes => ProcessUsage.OfGroup(Process.Group).ResidentMegabytes;

    /// <summary>Starts it, as <c>Start-HeartbeatMonitor</c> would.</summary>
    /// <param name="setting">What is shared.</param>
    /// <param name="name">The name of its folder.</param>
    /// <param name="targets">What each target is asked at.</param>
    /// <param name="interval">The time from beat to beat.</param>
    /// <param name="cancellation">Cancels the start.</param>
    /// <param name="variant">What is changed; nothing when nothing is.</param>
    /// <returns>The monitor, which may not have checked anything yet.</returns>
    public static async Task<MonitorUnderTest> StartAsync(Setting setting, string name, IEnumerable<Uri> targets, TimeSpan interval, CancellationToken cancellation, OursVariant? variant = null)
    {
        variant ??= new OursVariant(name, new Dictionary<string, string>(StringComparer.Ordinal), ProgramFile: null);
        var variables = variant.Over(MonitorVariables.All);
        var folder = Path.Combine(setting.Folder, name);
        var state = StateFolder.Open(Path.Combine(folder, "state"));
        variables[StateFolder.Variable] = state.Root;
        var store = new HeartbeatTargetStore(state);
        foreach (var (number, uri) in targets.Index()) store.Add(new HeartbeatTarget { Name = NameOf(number), Uri = uri }, replaces: true);
        var port = LoopbackPorts.Find(1)[0];
        state.Write(new MonitorFiles(state).SettingsFile, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{ "version": 1, "port": {{port}}, "interval": "{{interval:c}}" }""")));
        var process = await GuardedProcess.StartAsync(
            [Tools.Find("dotnet"), variant.ProgramIn(setting.Root), MonitorClient.Role, "--state", state.Root, "--socket", Path.Combine(folder, "socket")],
            variables,
            Path.Combine(folder, "output.log"),
            cancellation);
        return new MonitorUnderTest(process, new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/")));
    }

    /// <summary>The name of a target.</summary>
    /// <param name="number">Its number, from 0.</param>
    /// <returns>The name.</returns>
    public static string NameOf(int number) => $"target-{number}";

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
