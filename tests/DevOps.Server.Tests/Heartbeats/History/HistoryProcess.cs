using System.Diagnostics;
using System.Globalization;
using DevOps.Core.Heartbeats;
using DevOps.Core.State;
using DevOps.Model;
using DevOps.Server.Heartbeats.History;

namespace DevOps.Server.Tests.Heartbeats.History;

/// <summary>A process that writes a history and can be killed. It is this test assembly, which a variable turns into one.</summary>
internal sealed class HistoryProcess : IDisposable
{
    private const string Variable = "DEVOPS_TEST_HISTORY";

    private readonly Process _process;

    private HistoryProcess(Process process) => _process = process;

    /// <summary>The key of the target that it checks ten times a second.</summary>
    public static string Key => HeartbeatKey.Of(Beat());

    /// <summary>Whether this process was started to be one.</summary>
    public static bool IsWanted => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 };

    /// <summary>Starts one and waits until it writes.</summary>
    public static async Task<HistoryProcess> StartAsync(StateFolder state)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardInput = true, UseShellExecute = false };
        start.ArgumentList.Add(typeof(HistoryProcess).Assembly.Location);
        start.Environment[Variable] = state.Root;
        var process = Process.Start(start)!;
        await process.StandardOutput.ReadLineAsync();
        return new HistoryProcess(process);
    }

    /// <summary>Lets it write for a while and ends it as kill -9 does.</summary>
    public async Task<DateTimeOffset> KillAfterAsync(TimeSpan duration)
    {
        await Task.Delay(duration, TestContext.Current.CancellationToken);
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return DateTimeOffset.UtcNow;
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }

    /// <summary>Writes until it is killed, or until whoever started it is gone.</summary>
    public static async Task<int> WriteAsync()
    {
        var store = HistoryStore.Open(StateFolder.Open(Environment.GetEnvironmentVariable(Variable)), HistoryLimits.Usual, TimeProvider.System, _ => { });
        var isNews = true;
        using var timer = new Timer(_ => store.Take(Beat(), Interlocked.Exchange(ref isNews, false)), state: null, TimeSpan.Zero, TimeSpan.FromMilliseconds(100));
        await Console.Out.WriteLineAsync(Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        while (Console.In.Read() >= 0)
        {
        }

        return 0;
    }

    private static Heartbeat Beat() =>
        new("web", null, HeartbeatState.Up, TimeSpan.FromMilliseconds(3), null, "200 OK", DateTimeOffset.UtcNow, DateTimeOffset.UtcNow, new Uri("http://web.example/"));
}
