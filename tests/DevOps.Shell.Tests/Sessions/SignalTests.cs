using System.Diagnostics;
using DevOps.Shell.Tests.Support;

namespace DevOps.Shell.Tests.Sessions;

/// <summary>What signals do to a script, which is what Ctrl+C, a closed terminal and systemd send.</summary>
[Trait("Category", "Slow")]
public sealed class SignalTests : IDisposable
{
    private const string Command = "try { 'begun'; while ($true) { } } finally { $Host.UI.WriteLine('tidied') }; 'never'";

    // A shell that a signal does not end would run for ever.
    private const int Limit = 60_000;

    private readonly List<Process> _shells = [];

    public void Dispose()
    {
        foreach (var shell in _shells)
        {
            if (!shell.HasExited) shell.Kill(entireProcessTree: true);
            shell.Dispose();
        }
    }

    [Theory(Timeout = Limit)]
    [InlineData(2, 130)]
    [InlineData(15, 143)]
    [InlineData(1, 129)]
    public async Task A_signal_lets_the_pipeline_tidy_up_and_then_ends_the_process(int signal, int expected)
    {
        var shell = Start("-Command", Command);
        Assert.Equal("begun", await shell.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));

        await SendAsync(signal, shell.Id);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal("tidied\n", await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
        Assert.Equal(expected, shell.ExitCode);
    }

    [Fact(Timeout = Limit)]
    public async Task A_script_stopped_by_Ctrl_C_has_not_succeeded()
    {
        using var folder = new TemporaryFolder();
        var shell = Start(folder.Write("loop.ps1", Command));
        Assert.Equal("begun", await shell.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));

        await SendAsync(2, shell.Id);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(130, shell.ExitCode);
    }

    [Fact(Timeout = Limit)]
    public async Task A_second_Ctrl_C_ends_a_pipeline_that_does_not_stop()
    {
        var shell = Start("-Command", "try { 'begun'; while ($true) { } } finally { $Host.UI.WriteLine('tidying'); while ($true) { } }");
        Assert.Equal("begun", await shell.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));

        await SendAsync(2, shell.Id);
        Assert.Equal("tidying", await shell.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        await SendAsync(2, shell.Id);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(130, shell.ExitCode);
    }

    [Fact(Timeout = Limit)]
    public async Task A_pipeline_that_waits_for_its_input_stops_as_well()
    {
        var shell = Start("-Command", "$input | ForEach-Object { \"got $_\" }");
        await shell.StandardInput.WriteLineAsync("a line");
        await shell.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        Assert.Equal("got a line", await shell.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));

        await SendAsync(2, shell.Id);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(130, shell.ExitCode);
    }

    private Process Start(params string[] arguments)
    {
        var shell = BundledShell.Start(arguments);
        _shells.Add(shell);
        return shell;
    }

    // `kill` is built into every shell; the program of that name is not everywhere.
    private static async Task SendAsync(int signal, int process) =>
        Assert.Equal(0, (await ProgramRun.RunAsync("sh", ["-c", $"kill -{signal} {process}"])).ExitCode);
}
