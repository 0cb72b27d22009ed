using System.Threading.Channels;
using DevOps.Core;
using DevOps.Core.Alerts;
using DevOps.Core.Heartbeats;
using DevOps.Core.Operations;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Server.Heartbeats;

/// <summary>Raises alerts for what changes, and reminds of what does not, without ever keeping a check waiting.</summary>
internal sealed class AlertPump : IAsyncDisposable, IProgress<OperationMessage>
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(30);

    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _ending = new();
    private readonly AlertDispatcher _dispatcher;
    private readonly HeartbeatAlerts _alerts;
    private readonly Func<IReadOnlyList<Heartbeat>> _heartbeats;
    private readonly TimeProvider _time;
    private readonly Task _pumping;

    /// <summary>Begins.</summary>
    /// <param name="state">The installation's state folder.</param>
    /// <param name="heartbeats">How all targets are.</param>
    /// <param name="time">The clock.</param>
    public AlertPump(StateFolder state, Func<IReadOnlyList<Heartbeat>> heartbeats, TimeProvider time)
    {
        _dispatcher = new AlertDispatcher(state, time, Console.Error.WriteLine);
        _alerts = new HeartbeatAlerts(state, time, DeliverAsync);
        _heartbeats = heartbeats;
        _time = time;
        _pumping = Task.Run(PumpAsync);
    }

    /// <summary>After how long an incident that goes on is told again; never when zero.</summary>
    public TimeSpan Reminder
    {
        get => _alerts.Reminder;
        set => _alerts.Reminder = value;
    }

    /// <summary>What keeps alerts from being raised, in words; nothing when nothing does.</summary>
    public string? Problem { get; private set; }

    /// <summary>Says that something has changed.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    /// <inheritdoc/>
    public void Report(OperationMessage value)
    {
        if (value is WarningMessage warning) Console.Error.WriteLine(warning.Text);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _pumping;
        await _dispatcher.DisposeAsync();
        _ending.Dispose();
    }

    private Task DeliverAsync(IReadOnlyList<Alert> alerts)
    {
        foreach (var alert in alerts) _dispatcher.Raise(alert);
        return Task.CompletedTask;
    }

    private async Task PumpAsync()
    {
        while (!_ending.IsCancellationRequested)
        {
            await WaitAsync();
            if (_ending.IsCancellationRequested) return;
            try
            {
                if (_heartbeats() is { Count: > 0 } heartbeats) await _alerts.RaiseAsync(heartbeats, this, _ending.Token);
                Problem = null;
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (DevOpsException failure)
            {
                // What could not be remembered is told again when it can be: nothing is kept silent.
                if (Problem is null) await Console.Error.WriteLineAsync(failure.Message);
                Problem = $"Alerts cannot be raised: {failure.Message}";
            }
        }
    }

    private async Task WaitAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
        var pause = Task.Delay(LookAgain, _time, limit.Token);
        var wake = _wake.Reader.WaitToReadAsync(limit.Token).AsTask();
        await Task.WhenAny(pause, wake);
        await limit.CancelAsync();
        _wake.Reader.TryRead(out _);
    }
}
