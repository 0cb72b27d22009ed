using DevOps.Core.Heartbeats;
using DevOps.Core.Heartbeats.Systemd;
using DevOps.Core.State;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Core.Tests.Heartbeats;

/// <summary>A checker with connections of its own, and targets that are told in a few words.</summary>
internal sealed class HeartbeatBed : IDisposable
{
    private readonly TestState _state = new();

    public HeartbeatBed(TimeProvider? time = null, HttpCheck? http = null, OpenDropletShell? open = null) =>
        Checker = new HeartbeatChecker(_state.State, time ?? TimeProvider.System, http, open);

    public HeartbeatChecker Checker { get; }

    public StateFolder State => _state.State;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static HeartbeatTarget Target(Uri uri, string name = "shop") => new() { Name = name, Uri = uri };

    public Task<CheckResult> CheckAsync(Uri uri, Func<HeartbeatTarget, HeartbeatTarget>? change = null)
    {
        var target = Target(uri);
        return Checker.CheckAsync(change?.Invoke(target) ?? target, Cancellation);
    }

    /// <summary>Checks a server that gives one answer.</summary>
    public async Task<CheckResult> CheckAsync(ScriptedAnswer answer, Func<HeartbeatTarget, HeartbeatTarget>? change = null)
    {
        await using var server = LoopbackServer.InTurn(answer);
        return await CheckAsync(server.Address, change);
    }

    public void Dispose()
    {
        Checker.Dispose();
        _state.Dispose();
    }
}
