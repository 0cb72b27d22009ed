using DevOps.Core.Balancing;
using DevOps.Core.Servers;
using DevOps.Core.State;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Core.Tests.Servers;

public sealed class SystemdUnitFileTests : IDisposable
{
    private static readonly BalancerSettings Settings = new()
    {
        Name = "shop",
        Backends = [new BackendSettings { Name = "production-1", Uri = new Uri("http://10.0.0.5:3000"), Role = ApplicationRole.Production, Weight = 2 }],
        DrainTimeout = TimeSpan.FromSeconds(45),
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("devops-unit-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("plain", "\"plain\"")]
    [InlineData("two words", "\"two words\"")]
    [InlineData("", "\"\"")]
    [InlineData("a\"b\\c", "\"a\\\"b\\\\c\"")]
    [InlineData("100%", "\"100%%\"")]
    [InlineData("$HOME/${x}", "\"$$HOME/$${x}\"")]
    [InlineData("one\ntwo", "\"one\\ntwo\"")]
    [InlineData("bell\a", "\"bell\\x07\"")]
    public void An_argument_is_quoted_by_systemds_rules(string argument, string quoted) => Assert.Equal(quoted, SystemdQuote.Argument(argument));

    [Fact]
    public void What_systemd_does_not_look_for_variables_in_keeps_its_dollar_signs() => Assert.Equal("\"/opt/$a/%%b\"", SystemdQuote.Program("/opt/$a/%b"));

    [Theory]
    [InlineData("/var/log/a\nExecStart=/bin/evil")]
    [InlineData("/var/log/a\\")]
    public void A_text_that_would_reach_into_the_next_line_is_refused(string text) => Failing.With("UnitTextInvalid", () => SystemdQuote.Line(text));

    [Fact]
    public void It_says_when_it_is_ready_is_replaced_by_a_signal_and_kept_running()
    {
        var lines = Lines(Settings, "/var/lib/devops", SystemdScope.System);
        Assert.Superset(
            new HashSet<string>(
                [
                    "Type=notify", "NotifyAccess=all", "ExecReload=/bin/kill -HUP $MAINPID", "Restart=always", "KillMode=control-group", "TimeoutStopSec=55",
                    "ExecStart=\"/usr/bin/dotnet\" \"/opt/devops/server/DevOps.Server.dll\" \"balancer\" \"--state\" \"/var/lib/devops\" \"--balancer\" \"shop\" \"--socket\" \"/run/devops/balancer-1.sock\"",
                    "Environment=\"DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS=1\"", "StandardOutput=append:/var/lib/devops/logs/balancer.log", "WantedBy=multi-user.target",
                ],
                StringComparer.Ordinal),
            lines);
    }

    [Fact]
    public void It_may_write_to_its_folders_and_nowhere_else()
    {
        var lines = Lines(Settings with { AccessLogFile = "/var/log/my shop/access.log" }, "/var/lib/devops", SystemdScope.System);
        Assert.Superset(
            new HashSet<string>(["ProtectSystem=strict", "ProtectHome=read-only", "ReadWritePaths=\"/var/lib/devops\" \"/var/log/my shop\"", "RuntimeDirectory=devops", "RuntimeDirectoryPreserve=yes", "PrivateTmp=yes", "NoNewPrivileges=yes"], StringComparer.Ordinal),
            lines);
    }

    [Fact]
    public void What_stands_in_the_temporary_folder_is_not_hidden_from_it() =>
        Assert.DoesNotContain("PrivateTmp=yes", Lines(Settings, "/tmp/devops", SystemdScope.System));

    [Fact]
    public void Only_a_low_port_needs_the_right_to_open_it()
    {
        Assert.Contains("CapabilityBoundingSet=CAP_DAC_READ_SEARCH CAP_NET_BIND_SERVICE", Lines(Settings, "/var/lib/devops", SystemdScope.System));
        Assert.Contains("CapabilityBoundingSet=CAP_DAC_READ_SEARCH", Lines(Settings with { Port = 8080 }, "/var/lib/devops", SystemdScope.System));
    }

    [Fact]
    public void A_users_unit_asks_for_nothing_that_a_users_manager_cannot_give()
    {
        var lines = Lines(Settings, "/home/me/.local/state/devops", SystemdScope.User);
        Assert.DoesNotContain(lines, line => line.StartsWith("Protect", StringComparison.Ordinal) || line.StartsWith("Capability", StringComparison.Ordinal) || line.StartsWith("ReadWritePaths", StringComparison.Ordinal));
        Assert.Contains("NoNewPrivileges=yes", lines);
        Assert.Contains("WantedBy=default.target", lines);
    }

    [Theory]
    [InlineData("/var/lib/devops")]
    [InlineData("/var/lib/100% $HOME \"devops\"")]
    public async Task Systemd_finds_nothing_wrong_with_it(string stateFolder)
    {
        var unit = Unit(Settings with { CertificateFile = "/etc/a.pem" }, stateFolder) with { Program = "/bin/true" };
        var file = Path.Combine(_folder, unit.Name);
        await File.WriteAllTextAsync(file, SystemdUnitFile.Render(unit, SystemdScope.System), Cancellation);
        await SystemdAnalysis.VerifyAsync(file);
    }

    [Fact]
    public void A_unit_is_written_when_it_differs_only()
    {
        var service = new SystemdService(SystemdScope.System, _folder);
        var unit = Unit(Settings, "/var/lib/devops");
        Assert.True(service.Write(unit));
        Assert.False(service.Write(unit));
        Assert.True(service.Write(unit with { StopTimeout = TimeSpan.FromSeconds(1) }));
        Assert.Contains("TimeoutStopSec=1\n", File.ReadAllText(service.FileOf(unit.Name)), StringComparison.Ordinal);
        Assert.Single(Directory.EnumerateFiles(_folder));
    }

    [Fact]
    public void Another_installations_unit_is_left_alone()
    {
        var service = new SystemdService(SystemdScope.System, _folder);
        service.Write(Unit(Settings, "/var/lib/devops"));
        var failure = Failing.With("UnitTaken", () => service.Write(Unit(Settings, "/srv/devops")));
        Assert.Contains("'/var/lib/devops'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Somebody_elses_unit_is_left_alone()
    {
        var service = new SystemdService(SystemdScope.System, _folder);
        var unit = Unit(Settings, "/var/lib/devops");
        File.WriteAllText(service.FileOf(unit.Name), "[Unit]\nDescription=mine\n");
        Failing.With("UnitTaken", () => service.Write(unit));
    }

    [Fact]
    public async Task What_systemctl_says_is_the_error()
    {
        Assert.SkipWhen(Systemctl.IsBooted, "systemd runs this machine: what would be asked for would be done.");
        var failure = await Failing.WithAsync("SystemdFailed", () => new Systemctl(SystemdScope.System).ReloadFilesAsync(Cancellation));
        Assert.StartsWith("systemctl daemon-reload failed: ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_there_is_no_unit_nothing_is_stopped_or_removed()
    {
        var service = new SystemdService(SystemdScope.System, _folder);
        Assert.False(await service.StopAsync("devops-balancer-none.service", TimeSpan.FromSeconds(1), Cancellation));
        await service.RemoveAsync("devops-balancer-none.service", Cancellation);
    }

    private static HashSet<string> Lines(BalancerSettings settings, string stateFolder, SystemdScope scope) =>
        SystemdUnitFile.Render(Unit(settings, stateFolder), scope).Split('\n').ToHashSet(StringComparer.Ordinal);

    private static SystemdUnit Unit(BalancerSettings settings, string stateFolder)
    {
        const string Socket = "/run/devops/balancer-1.sock";
        var launch = new ServerLaunch(
            "balancer",
            settings.Name,
            "/opt/devops/server/DevOps.Server.dll",
            ["balancer", "--state", stateFolder, "--balancer", settings.Name, "--socket", Socket],
            new Dictionary<string, string?>(StringComparer.Ordinal),
            $"{stateFolder}/logs/balancer.log",
            Socket,
            TimeSpan.FromSeconds(60));
        return BalancerUnit.Of(settings, StateFolder.Open(stateFolder), launch, "/usr/bin/dotnet");
    }
}
