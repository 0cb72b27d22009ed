using System.Diagnostics;
using DevOps.Core.Heartbeats;
using DevOps.Core.Operations;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Core.Tests.Heartbeats;

/// <summary>Tasks of a machine that systemd does not run: cron has them.</summary>
public sealed class HeartbeatTaskTests : IDisposable
{
    private static readonly string[] Command = ["/usr/bin/pwsh", "-File", "/opt/devops/scripts/Test-Heartbeat.ps1"];

    private readonly TestState _state = new();
    private readonly TestState _other = new();
    private readonly string _cron = Directory.CreateTempSubdirectory("devops-cron-").FullName;

    private HeartbeatTaskService Service => new(_state.State, systemd: null, _cron);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Directory.Delete(_cron, recursive: true);
        _other.Dispose();
        _state.Dispose();
    }

    [Fact]
    public async Task A_task_is_a_file_of_crons_with_the_installations_state_folder()
    {
        var task = await RegisterAsync("shop", TimeSpan.FromMinutes(5));
        Assert.Equal(("shop", TimeSpan.FromMinutes(5), HeartbeatScheduler.Cron, Path.Combine(_cron, "devops-heartbeat-shop")), (task.Name, task.Interval, task.Scheduler, task.File));
        var line = Assert.Single(await File.ReadAllLinesAsync(task.File, Cancellation), line => !line.StartsWith('#'));
        Assert.Equal($"*/5 * * * * root DEVOPS_STATE='{_state.State.Root}' '/usr/bin/pwsh' '-File' '/opt/devops/scripts/Test-Heartbeat.ps1'".Replace("'", string.Empty, StringComparison.Ordinal), line.Replace("'", string.Empty, StringComparison.Ordinal));
        Assert.Equal(line[(line.IndexOf("root ", StringComparison.Ordinal) + 5)..], task.Command);
        Assert.Equal([task], await Service.ListAsync(Cancellation));
    }

    [Theory]
    [InlineData(1, "* * * * *")]
    [InlineData(15, "*/15 * * * *")]
    [InlineData(60, "0 * * * *")]
    [InlineData(360, "0 */6 * * *")]
    [InlineData(1_440, "0 0 * * *")]
    public async Task An_interval_is_written_as_cron_knows_it(int minutes, string schedule)
    {
        var task = await RegisterAsync("shop", TimeSpan.FromMinutes(minutes));
        Assert.StartsWith(schedule + " root ", (await File.ReadAllLinesAsync(task.File, Cancellation))[^1], StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromMinutes(minutes), task.Interval);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(30)]
    [InlineData(90)]
    [InlineData(420)]
    [InlineData(18_000)]
    [InlineData(172_800)]
    public async Task An_interval_that_cron_cannot_keep_is_refused(int seconds)
    {
        await Failing.WithAsync("HeartbeatIntervalInvalid", () => RegisterAsync("shop", TimeSpan.FromSeconds(seconds)));
        Assert.Empty(Directory.EnumerateFiles(_cron));
    }

    [Fact]
    public async Task What_is_run_gets_its_arguments_as_they_are()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no cron.");
        var task = await RegisterAsync("shop", TimeSpan.FromMinutes(1), "/usr/bin/printf", "%s|", "two words", "it's", "$HOME `id` \"x\"", "50%", "a;b&c|d>e");
        // cron takes the backslash before a percent sign away and gives the rest to sh.
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", task.Command.Replace("\\%", "%", StringComparison.Ordinal)]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        Assert.Equal("two words|it's|$HOME `id` \"x\"|50%|a;b&c|d>e|", await shell.StandardOutput.ReadToEndAsync(Cancellation));
    }

    [Fact]
    public async Task A_task_of_the_same_name_is_changed()
    {
        await RegisterAsync("shop", TimeSpan.FromMinutes(1));
        await RegisterAsync("shop", TimeSpan.FromMinutes(10));
        Assert.Equal(TimeSpan.FromMinutes(10), Assert.Single(await Service.ListAsync(Cancellation)).Interval);
        Assert.Single(Directory.EnumerateFiles(_cron));
    }

    [Fact]
    public async Task What_is_removed_is_gone()
    {
        await RegisterAsync("shop", TimeSpan.FromMinutes(1));
        await Service.RemoveAsync("shop", Cancellation);
        Assert.Empty(Directory.EnumerateFiles(_cron));
        await Failing.WithAsync("HeartbeatTaskNotFound", () => Service.RemoveAsync("shop", Cancellation));
    }

    [Fact]
    public async Task Another_installations_task_and_somebody_elses_file_are_left_alone()
    {
        await RegisterAsync("shop", TimeSpan.FromMinutes(1));
        await File.WriteAllTextAsync(Path.Combine(_cron, "devops-heartbeat-mine"), "* * * * * root true\n", Cancellation);
        var other = new HeartbeatTaskService(_other.State, systemd: null, _cron);
        Assert.Empty(await other.ListAsync(Cancellation));
        foreach (var name in (string[])["shop", "mine"])
        {
            await Failing.WithAsync("UnitTaken", () => other.RegisterAsync(name, TimeSpan.FromMinutes(1), Command, new Progress<OperationMessage>(), Cancellation));
            await Failing.WithAsync("HeartbeatTaskNotFound", () => other.RemoveAsync(name, Cancellation));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("../x")]
    [InlineData("-x")]
    [InlineData("one two")]
    public async Task A_name_that_a_scheduler_does_not_take_is_refused(string name) =>
        await Failing.WithAsync("HeartbeatTaskNameInvalid", () => RegisterAsync(name, TimeSpan.FromMinutes(1)));

    [Fact]
    public async Task Where_there_is_no_scheduler_the_line_to_run_is_told()
    {
        var service = new HeartbeatTaskService(_state.State, systemd: null, Path.Combine(_cron, "none"));
        var failure = await Failing.WithAsync("TaskSchedulerMissing", () => service.RegisterAsync("shop", TimeSpan.FromMinutes(1), Command, new Progress<OperationMessage>(), Cancellation));
        Assert.Contains("Test-Heartbeat.ps1", failure.RecommendedAction, StringComparison.Ordinal);
    }

    private Task<HeartbeatTask> RegisterAsync(string name, TimeSpan interval, params string[] command) =>
        Service.RegisterAsync(name, interval, command.Length > 0 ? command : Command, new Progress<OperationMessage>(), Cancellation);
}
