using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core;
using DevOps.Core.Heartbeats;
using DevOps.Core.Operations;
using DevOps.Model;

namespace DevOps.Cmdlets.Heartbeats;

/// <summary>
/// <para type="synopsis">Shows on the terminal how applications' instances, droplets and other targets are, live.</para>
/// <para type="description">A line for each target with its state, how long its last answer took, its last twenty beats, since when it is as it is, and why. It is painted anew with each beat and each second, until it is ended with Ctrl+C. When there are more targets than the terminal has lines, those that are not up come first. It needs a terminal and emits nothing; Watch-Heartbeat emits objects.</para>
/// </summary>
/// <example>
/// <code>Show-Heartbeat</code>
/// <para>Shows everything that was deployed from here and every target that was added.</para>
/// </example>
/// <example>
/// <code>Show-Heartbeat itrust -Interval 250ms</code>
/// <para>Shows the five instances, for instance while scripts/Show-RollingUpdate.ps1 restarts them one by one in another terminal.</para>
/// </example>
[Cmdlet(VerbsCommon.Show, "Heartbeat", DefaultParameterSetName = "Application")]
[OutputType(typeof(void))]
public sealed class ShowHeartbeatCommand : HeartbeatCommand
{
    private const string HideCursor = "\u001b[?25l";
    private const string ShowCursor = "\u001b[?25h";
    private const string EraseLine = "\u001b[2K";
    private const string EraseBelow = "\u001b[0J";
    private const int ShortestWidth = 40;

    // What is reported when the board may be painted. No type of its own: the class is looked at on import, which loads nothing.
    private const string Tick = "tick";

    // Faster than anybody reads; slower than many targets beat.
    private static readonly TimeSpan PaintInterval = TimeSpan.FromMilliseconds(100);

    // Times since go on also while nothing happens.
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private HeartbeatBoard? _board;
    private bool _hasNews;
    private long _paintedAt;
    private int _paintedLines;

    /// <summary>The time from beat to beat: from 250ms on. Without it, the heartbeat monitor is followed when it runs, and a second is the interval when it does not.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? Interval { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (!Console.IsOutputRedirected) return;
        ThrowTerminatingError(ToErrorRecord(new DevOpsException(
            "TerminalMissing",
            FailureKind.NotSupported,
            "Show-Heartbeat paints a terminal, and there is none.",
            "Watch-Heartbeat emits each change as an object, wherever it goes.")));
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (Targets.Count == 0) return;
        _board = new HeartbeatBoard(Targets);
        using var service = new HeartbeatService(State(), Direct);
        Host.UI.Write(HideCursor);
        try
        {
            Run((progress, ct) => WatchAsync(service, progress, ct));
        }
        finally
        {
            Host.UI.Write(ShowCursor);
        }
    }

    /// <inheritdoc/>
    private protected override void Write(OperationMessage message)
    {
        switch (message)
        {
            case ResultMessage { Value: Heartbeat heartbeat } when _board is not null:
                _board.Take(heartbeat);
                _hasNews = true;
                break;
            case ResultMessage { Value: Tick } when _board is not null:
                if (!_hasNews && _paintedAt != 0 && TimeProvider.System.GetElapsedTime(_paintedAt) < LongestPause) break;
                Paint();
                (_hasNews, _paintedAt) = (false, TimeProvider.System.GetTimestamp());
                break;
            default:
                base.Write(message);
                break;
        }
    }

    private async Task<int> WatchAsync(HeartbeatService service, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var ticking = TickAsync(progress, ending.Token);
        try
        {
            return await service.WatchAsync(Targets, Interval, isEach: true, progress, ct);
        }
        finally
        {
            await ending.CancelAsync();
            await ticking;
        }
    }

    private static async Task TickAsync(IProgress<OperationMessage> progress, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(PaintInterval);
        try
        {
            while (await timer.WaitForNextTickAsync(ct)) progress.Report(new ResultMessage(Tick));
        }
        catch (OperationCanceledException)
        {
            // It has been watched long enough.
        }
    }

    private void Paint()
    {
        var size = Host.UI.RawUI.WindowSize;
        // The last column stays free: some terminals go on in the next line when it is written to.
        var isColored = string.IsNullOrEmpty(System.Environment.GetEnvironmentVariable("NO_COLOR"));
        var lines = _board!.Render(Math.Max(ShortestWidth, size.Width) - 1, size.Height, isColored, DateTimeOffset.Now);
        var up = _paintedLines > 0 ? $"\u001b[{_paintedLines}A" : string.Empty;
        Host.UI.Write($"\r{up}{string.Concat(lines.Select(line => $"{EraseLine}{line}\r\n"))}{EraseBelow}");
        _paintedLines = lines.Count;
    }
}
