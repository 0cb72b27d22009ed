using System.Reflection;
using DevOps.Cmdlets.Tests.Hosting;
using DevOps.Core.Balancing;
using DevOps.Core.Servers;
using DevOps.Core.State;
using DevOps.Model;
using DevOps.Server.Tests.Hosting;

namespace DevOps.Cmdlets.Tests.Balancing;

/// <summary>A session whose cmdlets start the real balancer process, with two real backends.</summary>
internal sealed class BalancerSession : IAsyncDisposable
{
    private static readonly string[] BalancerNames = ["shop", "post"];

    public BalancerSession()
    {
        // In the module the program stands beside the folder of DevOps.Core; in the tests' output it is put there.
        var place = Path.Combine(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar))!, "server");
        var server = typeof(BalancerSession).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "Server").Value!;
        if (!Directory.Exists(place)) Directory.CreateSymbolicLink(place, server);
        Port = FreePort.Find();
        Start = $"Start-CanaryBalancer shop -Production {Production.Uri} -Canary {Canary.Uri} -Port {Port} -HealthPath /check -HealthInterval 100ms";
    }

    public CmdletSession Session { get; } = new();

    public BackendServer Production { get; } = new("production");

    public BackendServer Canary { get; } = new("canary");

    public int Port { get; }

    /// <summary>The command that starts the balancer <c>shop</c> with both backends.</summary>
    public string Start { get; }

    private StateFolder State => StateFolder.Open(Session.StateFolder);

    public CmdletResult Invoke(string script, params (string Name, object? Value)[] variables) => Session.Invoke(script, variables);

    /// <summary>Starts the balancer <c>shop</c>; fails when that fails.</summary>
    public CanaryBalancer Begin(string more = "") => Invoke($"{Start} {more} -PassThru").One<CanaryBalancer>();

    public BalancerSettings? Settings(string name = "shop") => new BalancerFiles(State, name).ReadSettings();

    public async ValueTask DisposeAsync()
    {
        foreach (var name in BalancerNames) await new ServerLauncher().StopAsync(ServerFiles.For(State, "balancer", name).SocketFile, TimeSpan.Zero, CancellationToken.None);
        Production.Dispose();
        Canary.Dispose();
        Session.Dispose();
    }
}
