using System.Diagnostics;
using System.Text;

namespace DevOps.Shell.Tests.Support;

/// <summary>Runs the bundled shell in a terminal: what the test types goes in, what a person would see comes out.</summary>
public sealed class PseudoTerminal : IDisposable
{
    // No test measures time; this only keeps one that waits for what never comes from waiting for ever.
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private readonly Process _script;
    private readonly StringBuilder _seen = new();
    private readonly char[] _buffer = new char[4_096];

    private PseudoTerminal(Process script) => _script = script;

    public string Seen => _seen.ToString();

    public static PseudoTerminal Start(params string[] arguments) => Start(environment: null, arguments);

    public static PseudoTerminal Start(IReadOnlyDictionary<string, string?>? environment, string[] arguments)
    {
        var command = string.Join(' ', new[] { "env", "--default-signal=INT", "dotnet", BundledShell.Program }.Concat(arguments).Select(Quote));
        // -e passes the exit code on, -f shows each write at once; the size is that of a usual terminal.
        return new PseudoTerminal(ProgramRun.Start("script", ["-qefc", $"stty cols 120 rows 30; exec {command}", "/dev/null"], environment));
    }

    public async Task TypeAsync(string keys)
    {
        await _script.StandardInput.WriteAsync(keys);
        await _script.StandardInput.FlushAsync();
    }

    /// <summary>Reads until a text is seen after what was seen before.</summary>
    public async Task WaitForAsync(string text)
    {
        var from = 0;
        while (true)
        {
            var found = Seen.IndexOf(text, from, StringComparison.Ordinal);
            if (found >= 0)
            {
                _seen.Remove(0, found + text.Length);
                return;
            }

            var count = await ReadAsync(text);
            Assert.True(count > 0, $"The program ended before it wrote '{text}'. It wrote: {Seen}");
            _seen.Append(_buffer, 0, count);
        }
    }

    /// <summary>Reads to the end.</summary>
    /// <returns>The exit code and what was seen since the last wait.</returns>
    public async Task<(int ExitCode, string Text)> WaitForEndAsync()
    {
        int count;
        while ((count = await ReadAsync("the end")) > 0) _seen.Append(_buffer, 0, count);
        await _script.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (_script.ExitCode, Seen);
    }

    public void Dispose()
    {
        if (!_script.HasExited) _script.Kill(entireProcessTree: true);
        _script.Dispose();
    }

    private async Task<int> ReadAsync(string awaited)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(s_patience);
        try
        {
            return await _script.StandardOutput.ReadAsync(_buffer, patience.Token);
        }
        catch (OperationCanceledException late) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"Waited for '{awaited}' and saw: {Seen}", late);
        }
    }

    private static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
