using System.Globalization;
using System.Runtime.Versioning;
using DevOps.Core.Alerts;
using DevOps.Core.Servers;
using DevOps.Core.Tests.Hosting;

namespace DevOps.Core.Tests.Alerts;

[UnsupportedOSPlatform("windows")]
[Trait("Category", "Slow")]
public sealed class CommandTests : IDisposable
{
    private readonly AlertBed _bed = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("devops-alerts-").FullName;

    public CommandTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "The commands are shell code.");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _bed.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_command_gets_the_alert_as_json_on_its_standard_input()
    {
        _bed.AddShell("mail", $"cat > {_folder}/got");
        await using var dispatcher = _bed.Dispatcher();
        dispatcher.Raise(AlertBed.Alert("alert-1"));
        Assert.True((await _bed.EndOfAsync("alert-1", "mail")).IsDelivered);
        var fields = AlertBed.Fields(await ReadAsync("got"));
        Assert.Equal(("alert-1", "alert.raised", "Warning"), (fields["id"], fields["type"], fields["severity"]));
    }

    [Fact]
    public async Task Arguments_arrive_as_they_were_given_and_no_shell_sees_them()
    {
        var script = Path.Combine(_folder, "show");
        await File.WriteAllTextAsync(script, $"#!/bin/sh\nfor argument; do printf '<%s>' \"$argument\"; done > {_folder}/arguments\n", Ct);
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _bed.Service.Add(new AlertDestinationRequest("mail") { Program = script, Arguments = ["a b", "$(reboot)", "'\"", "*", string.Empty, "two\nlines"] });
        Assert.True((await _bed.Service.TestAsync("mail", Ct)).IsDelivered);
        Assert.Equal("<a b><$(reboot)><'\"><*><><two\nlines>", await ReadAsync("arguments"));
    }

    [Fact]
    public async Task A_command_sees_a_clean_environment_and_no_terminal()
    {
        Environment.SetEnvironmentVariable("DEVOPS_TEST_ALERT_TOKEN", "hunter2");
        _bed.AddShell("mail", $"env > {_folder}/environment; pwd > {_folder}/place; ps -o sid= -p $$ > {_folder}/session; echo $$ > {_folder}/self");
        Assert.True((await _bed.Service.TestAsync("mail", Ct)).IsDelivered);
        Environment.SetEnvironmentVariable("DEVOPS_TEST_ALERT_TOKEN", null);
        var names = (await ReadAsync("environment")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('=')[0]).Order(StringComparer.Ordinal);
        Assert.Equal(["HOME", "LANG", "LOGNAME", "PATH", "PWD", "USER"], names);
        Assert.Equal("/", (await ReadAsync("place")).Trim());
        if (OperatingSystem.IsLinux()) Assert.Equal((await ReadAsync("self")).Trim(), (await ReadAsync("session")).Trim());
    }

    [Fact]
    public async Task A_command_that_fails_is_run_again_and_its_last_words_are_recorded()
    {
        _bed.AddShell("mail", $"echo x >> {_folder}/runs; echo 'no route to mail' >&2; test $(wc -l < {_folder}/runs) -ge 3 || exit 7");
        await using var dispatcher = _bed.Dispatcher();
        dispatcher.Raise(AlertBed.Alert("alert-1"));
        var end = await _bed.EndOfAsync("alert-1", "mail");
        Assert.Equal((true, 3), (end.IsDelivered, end.Attempts));
        Assert.Contains(_bed.Deliveries, delivery => delivery is { Attempts: 1, Cause: "'/bin/sh' ended with exit code 7: no route to mail; it is sent again" });
    }

    [Fact]
    public async Task A_command_that_hangs_is_killed_with_all_that_it_started()
    {
        // One child in the same session, one in a session of its own.
        _bed.AddShell("mail", $"sleep 600 & echo $! > {_folder}/child; setsid sh -c 'echo $$ > {_folder}/apart; exec sleep 600' & echo $$ > {_folder}/self; sleep 600", TimeSpan.FromSeconds(2));
        var delivery = await _bed.Service.TestAsync("mail", Ct);
        Assert.Equal((false, "'/bin/sh' did not end within 2 s and was killed"), (delivery.IsDelivered, delivery.Cause));
        foreach (var file in (string[])["self", "child", "apart"])
        {
            var process = int.Parse(await ReadAsync(file), CultureInfo.InvariantCulture);
            await Eventually.IsAsync(() => !ProcessLiveness.IsAlive(process));
        }
    }

    [Fact]
    public async Task A_command_that_reads_nothing_has_taken_the_alert_when_it_ends_well()
    {
        _bed.AddShell("mail", "exec 0<&-; exit 0");
        Assert.True((await _bed.Service.TestAsync("mail", Ct)).IsDelivered);
    }

    [Fact]
    public async Task What_a_command_leaves_running_keeps_nobody_waiting()
    {
        _bed.AddShell("mail", $"sleep 600 & echo $! > {_folder}/child");
        var delivery = await _bed.Service.TestAsync("mail", Ct);
        using var child = System.Diagnostics.Process.GetProcessById(int.Parse(await ReadAsync("child"), CultureInfo.InvariantCulture));
        Assert.False(child.HasExited);
        child.Kill();
        Assert.True(delivery.IsDelivered);
    }

    [Fact]
    public async Task Of_endless_output_only_the_end_is_kept()
    {
        _bed.AddShell("mail", "head -c 50000000 /dev/zero | tr '\\0' 'x'; echo; echo 'the end' >&2; exit 1");
        Assert.Equal("'/bin/sh' ended with exit code 1: the end", (await _bed.Service.TestAsync("mail", Ct)).Cause);
    }

    [Fact]
    public async Task A_program_that_is_gone_is_waited_for()
    {
        var program = Path.Combine(_folder, "notify");
        File.Copy("/bin/true", program);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        _bed.Service.Add(new AlertDestinationRequest("mail") { Program = program });
        File.Move(program, program + ".old");
        await using var dispatcher = _bed.Dispatcher();
        dispatcher.Raise(AlertBed.Alert("alert-1"));
        await Eventually.IsAsync(() => _bed.Deliveries.Any(delivery => delivery.Cause?.Contains("is not there", StringComparison.Ordinal) == true));
        File.Move(program + ".old", program);
        Assert.True((await _bed.EndOfAsync("alert-1", "mail")).IsDelivered);
    }

    private Task<string> ReadAsync(string file) => File.ReadAllTextAsync(Path.Combine(_folder, file), Ct);
}
