using DevOps.Core.Heartbeats;
using DevOps.Model;
using DevOps.Server.Heartbeats.Page;

namespace DevOps.Server.Tests.Heartbeats.Page;

/// <summary>The reference installation on a busy afternoon.</summary>
internal static class Sample
{
    /// <summary>Five iTrust instances, and two of checkbox.</summary>
    public static IReadOnlyList<HeartbeatTarget> Targets { get; } =
    [
        .. Enumerable.Range(1, 5).Select(number => new HeartbeatTarget { Name = $"itrust-{number}", Group = "itrust", Environment = "production", Uri = new Uri($"http://10.110.0.{number + 3}:8080/iTrust/") }),
        new HeartbeatTarget { Name = "checkbox-1", Group = "checkbox", Environment = "production", Uri = new Uri("http://10.110.0.9:3000/") },
        new HeartbeatTarget { Name = "checkbox-canary", Group = "checkbox", Environment = "production", Uri = new Uri("http://10.110.0.10:3000/") },
    ];

    /// <summary>Writes it on a board: a minute of beats, one instance down since a moment ago.</summary>
    public static void Fill(MonitorBoard board)
    {
        board.SetTargets(Targets, TimeSpan.FromSeconds(1));
        for (var beat = 0; beat < 60; beat++)
        {
            foreach (var target in Targets) board.Take(BeatOf(target, beat), hasChanged: false);
        }

        board.SetUptimes(Targets.ToDictionary(HeartbeatKey.Of, target => (double?)(target.Name == "itrust-3" ? 98.412 : target.Name == "itrust-5" ? 99.987 : 100)));
        board.SetBalancers([Balancer()]);
        board.SetDeployments([Deployment()]);
    }

    /// <summary>A balancer in front of checkbox.</summary>
    public static CanaryBalancer Balancer()
    {
        var since = DateTimeOffset.UtcNow.AddHours(-7);
        BalancerBackend Backend(string name, int host, ApplicationRole role, int weight, long requests, long errors) => new(
            "checkbox", name, new Uri($"http://10.110.0.{host}:3000/"), role, weight, BackendState.Up, null, since, requests, errors, role == ApplicationRole.Production ? 2 : 1, TimeSpan.FromMilliseconds(3.1), TimeSpan.FromMilliseconds(9.4), TimeSpan.FromMilliseconds(22));
        return new CanaryBalancer(
            "checkbox",
            BalancerState.Running,
            new Uri("http://10.110.0.2:8080/"),
            "2:1",
            [Backend("checkbox-1", 9, ApplicationRole.Production, 2, 128_402, 0), Backend("checkbox-canary", 10, ApplicationRole.Canary, 1, 64_201, 3)],
            192_603,
            0,
            3,
            since,
            4_711,
            IsSticky: false,
            IsPersistent: true);
    }

    /// <summary>A deployment that is under way.</summary>
    public static Deployment Deployment()
    {
        var began = DateTimeOffset.UtcNow.AddSeconds(-74);
        return new Deployment(
            "20261125T140211Z-3f2a",
            DeploymentKind.RollingUpdate,
            "production",
            "9be41c07d2a85f3360c1d4b7a9e0f5286c3d1b42",
            DeploymentState.Running,
            null,
            "anna",
            began,
            null,
            [new DeploymentEvent(began, null, null, "began"), new DeploymentEvent(began.AddSeconds(60), "itrust", "itrust-2", "serves release 9be41c07, checked 3 times")]);
    }

    private static Heartbeat BeatOf(HeartbeatTarget target, int beat)
    {
        var seed = target.Name.Sum(letter => letter) + (beat * 7);
        var state = (target.Name, beat) switch
        {
            ("itrust-3", >= 48) => HeartbeatState.Down,
            ("itrust-2", >= 36 and < 41) => HeartbeatState.Maintenance,
            _ => HeartbeatState.Up,
        };
        var cause = state == HeartbeatState.Down ? "the connection was refused" : null;
        var since = state == HeartbeatState.Down ? DateTimeOffset.UtcNow.AddSeconds(-12) : target.Name == "itrust-2" ? DateTimeOffset.UtcNow.AddSeconds(-19) : DateTimeOffset.UtcNow.AddHours(-26.4);
        var milliseconds = (target.Group == "itrust" ? 4.2 : 1.6) + (Math.Sin(seed / 5.0) * 0.7) + (seed % 13 * 0.12) + (seed % 29 == 0 ? 4 : 0);
        return PageBed.Beat(target, state, milliseconds, cause, since);
    }
}
