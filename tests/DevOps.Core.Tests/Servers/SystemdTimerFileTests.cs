using DevOps.Core.Servers;
using DevOps.Core.Tests.Hosting;

namespace DevOps.Core.Tests.Servers;

public sealed class SystemdTimerFileTests : IDisposable
{
    private static readonly SystemdTimer Timer = new()
    {
        Name = "devops-test-one",
        Description = "100% of it",
        StateFolder = "/var/lib/devops",
        Command = ["/bin/true", "two words", "$HOME", "50%"],
        Variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["DEVOPS_STATE"] = "/var/lib/devops" },
        Interval = TimeSpan.FromSeconds(7.5),
        GoodExitCodes = [1, 2],
        Timeout = TimeSpan.FromMinutes(1),
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("devops-timer-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_run_ends_by_itself_and_its_exit_codes_are_no_failure()
    {
        var lines = SystemdTimerFile.RenderService(Timer).Split(Environment.NewLine);
        Assert.Superset(
            new HashSet<string>(["Type=oneshot", "ExecStart=\"/bin/true\" \"two words\" \"$$HOME\" \"50%%\"", "SuccessExitStatus=1 2", "TimeoutStartSec=60", "Environment=\"DEVOPS_STATE=/var/lib/devops\""], StringComparer.Ordinal),
            new HashSet<string>(lines, StringComparer.Ordinal));
        // Whatever starts it is the timer.
        Assert.DoesNotContain("[Install]", lines);
    }

    [Fact]
    public void What_was_written_is_read_again()
    {
        Assert.Equal(TimeSpan.FromSeconds(7.5), SystemdTimerFile.ReadInterval(SystemdTimerFile.RenderTimer(Timer)));
        Assert.Contains("Description=100%% of it", SystemdTimerFile.RenderTimer(Timer), StringComparison.Ordinal);
        Assert.StartsWith("\"/bin/true\"", SystemdTimerFile.ReadCommand(SystemdTimerFile.RenderService(Timer)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Systemd_finds_nothing_wrong_with_it()
    {
        string[] files = [Path.Combine(_folder, Timer.ServiceUnit), Path.Combine(_folder, Timer.TimerUnit)];
        await File.WriteAllTextAsync(files[0], SystemdTimerFile.RenderService(Timer), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(files[1], SystemdTimerFile.RenderTimer(Timer), TestContext.Current.CancellationToken);
        await SystemdAnalysis.VerifyAsync(files);
    }

    [Fact]
    public void A_description_that_would_reach_into_the_next_line_is_refused() =>
        Failing.With("UnitTextInvalid", () => SystemdTimerFile.RenderTimer(Timer with { Description = "one\nExecStart=/bin/evil" }));
}
