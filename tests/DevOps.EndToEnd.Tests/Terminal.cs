using System.Diagnostics;
using System.Text;

namespace DevOps.EndToEnd.Tests;

/// <summary>What a program printed and how it ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Standard output and standard error, in the order in which the lines came.</param>
/// <param name="Duration">How long it took.</param>
public sealed record TerminalResult(int ExitCode, string Output, TimeSpan Duration)
{
    /// <summary>Fails the test, with everything that was printed, when the program did not end well.</summary>
    /// <returns>This result.</returns>
    public TerminalResult Succeeded()
    {
        Assert.True(ExitCode == 0, $"Exit code {ExitCode}:\n{Output}");
        return this;
    }
}

/// <summary>Runs programs as somebody at a terminal would, in an environment of the test's own.</summary>
/// <param name="folder">The working folder.</param>
/// <param name="variables">Variables over those of the test.</param>
public sealed class Terminal(string folder, IReadOnlyDictionary<string, string?> variables)
{
    /// <summary>Runs a program to its end.</summary>
    /// <param name="limit">When to give up and kill it.</param>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>What it printed and how it ended.</returns>
    public Task<TerminalResult> RunAsync(TimeSpan limit, string program, params string[] arguments) =>
        RunAsync(limit, folder, program, arguments);

    /// <summary>Runs a program in another folder to its end.</summary>
    /// <param name="limit">When to give up and kill it.</param>
    /// <param name="workingFolder">The folder.</param>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>What it printed and how it ended.</returns>
    public async Task<TerminalResult> RunAsync(TimeSpan limit, string workingFolder, string program, string[] arguments)
    {
        var clock = Stopwatch.StartNew();
        using var process = Start(workingFolder, program, arguments);
        process.StandardInput.Close();
        var output = new StringBuilder();
        var reading = Task.WhenAll(CollectAsync(process.StandardOutput, output), CollectAsync(process.StandardError, output));
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(limit);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
            await reading.WaitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"'{program} {string.Join(' ', arguments)}' had not ended, or something still held its output, after {limit}:\n{Text(output)}");
        }

        return new TerminalResult(process.ExitCode, Text(output), clock.Elapsed);
    }

    /// <summary>Starts a program, for a test that does not wait for its end.</summary>
    /// <param name="workingFolder">The folder.</param>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>The process, whose streams are the test's.</returns>
    public Process Start(string workingFolder, string program, string[] arguments)
    {
        // .NET would look for ./devops in the test's own working folder.
        var file = program.StartsWith("./", StringComparison.Ordinal) ? Path.Combine(workingFolder, program[2..]) : program;
        var start = new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = workingFolder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in variables) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private static string Text(StringBuilder output)
    {
        lock (output) return output.ToString();
    }

    private static async Task CollectAsync(StreamReader from, StringBuilder to)
    {
        while (await from.ReadLineAsync() is { } line)
        {
            lock (to) to.AppendLine(line);
        }
    }
}
