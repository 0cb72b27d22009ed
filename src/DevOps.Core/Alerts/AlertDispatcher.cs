using System.Globalization;
using System.Threading.Channels;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Alerts;

/// <summary>
/// Brings alerts to the installation's destinations. Each long-lived process has one. An alert is written to the spool
/// first, so that a process that dies loses nothing: the other dispatchers of the installation, or the next one, send what
/// it leaves behind. Destinations are independent of each other, and no one who raises an alert waits for any of them.
/// </summary>
public sealed class AlertDispatcher : IAsyncDisposable
{
    private readonly LaneParts _parts;
    private readonly OpenIncidents _incidents;
    private readonly Channel<Alert> _raised;
    private readonly Dictionary<string, (DestinationLane Lane, Task Work)> _lanes = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly CancellationTokenSource _cutOff = new();
    private readonly Task _spooling;
    private readonly Task _looking;
    private int _refused;
    private int _isDisposed;

    /// <summary>Makes a dispatcher, which begins to send what earlier ones left behind.</summary>
    /// <param name="state">The installation's state folder.</param>
    /// <param name="time">The clock; the system's when nothing.</param>
    /// <param name="log">Hears what goes wrong with alerts, a line each, from any thread; standard error when nothing.</param>
    public AlertDispatcher(StateFolder state, TimeProvider? time = null, Action<string>? log = null)
        : this(state, new AlertTiming(), time ?? TimeProvider.System, new AlertLog(log).Write)
    {
    }

    internal AlertDispatcher(StateFolder state, AlertTiming timing, TimeProvider time, Action<string> log)
    {
        _parts = new LaneParts(new AlertDestinationStore(state), new AlertSpool(state), new AlertSender(time), new DeliveryLog(state), timing, time, log);
        _incidents = new OpenIncidents(state);
        _raised = Channel.CreateBounded<Alert>(new BoundedChannelOptions(timing.QueueLength) { SingleReader = true });
        _spooling = Task.Run(SpoolAllAsync);
        _looking = Task.Run(LookAsync);
    }

    /// <summary>
    /// How long <see cref="DisposeAsync"/> gives deliveries that are under way or were not tried yet. What is not delivered
    /// by then stays in the spool.
    /// </summary>
    public TimeSpan DisposeTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Raises an alert. Returns at once and never throws; what cannot be kept or sent is told to the log.
    /// </summary>
    /// <param name="alert">The alert.</param>
    public void Raise(Alert alert)
    {
        if (_raised.Writer.TryWrite(alert)) return;
        // Told by somebody else: the log may be slow, too.
        if (Interlocked.Increment(ref _refused) == 1) _ = Task.Run(TellRefused);
    }

    /// <summary>
    /// Writes down what was raised, gives deliveries <see cref="DisposeTimeout"/>, and leaves the rest in the spool.
    /// </summary>
    /// <returns>A task that ends once nothing of the dispatcher is at work.</returns>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0) return;
        _raised.Writer.TryComplete();
        await _ending.CancelAsync();
        var isKept = await EndsWithinAsync(Task.WhenAll(_looking, _spooling), _parts.Timing.SpoolPatience);
        if (!isKept) _parts.Log(string.Create(CultureInfo.InvariantCulture, $"The state folder does not answer: {_raised.Reader.Count + 1} alerts that were just raised could not be kept."));
        Task[] lanes;
        lock (_gate)
        {
            foreach (var (lane, _) in _lanes.Values) lane.End();
            lanes = [.. _lanes.Values.Select(lane => lane.Work)];
        }

        await EndsWithinAsync(Task.WhenAll(lanes), DisposeTimeout);
        await _cutOff.CancelAsync();
        // Only a disk that does not answer can keep a lane now.
        await EndsWithinAsync(Task.WhenAll(lanes), _parts.Timing.SpoolPatience);
        _parts.Sender.Dispose();
        _ending.Dispose();
        _cutOff.Dispose();
    }

    private async Task<bool> EndsWithinAsync(Task work, TimeSpan limit)
    {
        try
        {
            await work.WaitAsync(limit, _parts.Time);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private void TellRefused()
    {
        var count = Interlocked.Exchange(ref _refused, 0);
        var cause = _isDisposed != 0 ? "the process is ending" : "too many were raised at once";
        _parts.Log(string.Create(CultureInfo.InvariantCulture, $"{count} alerts were dropped, because {cause}."));
    }

    private async Task SpoolAllAsync()
    {
        await foreach (var alert in _raised.Reader.ReadAllAsync(CancellationToken.None))
        {
            try
            {
                Spool(AlertPayload.Cut(alert));
            }
            catch (Exception exception)
            {
                // Whatever is wrong with this alert, or with the disk: the next one has its own chance.
                _parts.Log($"The alert {AlertLog.Name(alert)} could not be sent: {exception.Message}");
            }
        }
    }

    private void Spool(Alert alert)
    {
        var spooled = new SpooledAlert(alert, _parts.Time.GetUtcNow());
        foreach (var name in _parts.Store.Names())
        {
            try
            {
                if (_parts.Store.Find(name) is { } destination && _incidents.IsFor(destination, alert)) Spool(name, spooled);
            }
            catch (Exception exception) when (exception is DevOpsException or IOException or UnauthorizedAccessException)
            {
                _parts.Log($"The alert {AlertLog.Name(alert)} could not be prepared for '{name}': {exception.Message}");
            }
        }
    }

    private void Spool(string destination, SpooledAlert spooled)
    {
        var isRecovery = spooled.Alert.Severity == AlertSeverity.Recovery;
        try
        {
            // Dying in between must rather send a recovery too many than none at all.
            if (!isRecovery) _incidents.Note(destination, spooled.Alert);
            var name = _parts.Spool.Add(destination, spooled);
            LaneOf(destination).Add(name);
        }
        catch (Exception exception) when (exception is DevOpsException or IOException or UnauthorizedAccessException)
        {
            _parts.Log($"The alert {AlertLog.Name(spooled.Alert)} cannot be kept for '{destination}', so it is tried only once: {exception.Message}");
            LaneOf(destination).AddHomeless(spooled);
        }

        if (isRecovery) _incidents.Note(destination, spooled.Alert);
    }

    private async Task LookAsync()
    {
        try
        {
            using var timer = new PeriodicTimer(_parts.Timing.LookInterval, _parts.Time);
            do Look();
            while (await timer.WaitForNextTickAsync(_ending.Token));
        }
        catch (OperationCanceledException)
        {
            // The dispatcher ends.
        }
    }

    private void Look()
    {
        try
        {
            foreach (var destination in _parts.Spool.Destinations()) LaneOf(destination).Look();
            _incidents.Tidy(_parts.Store.Names(), _parts.Time.GetUtcNow());
        }
        catch (Exception exception) when (exception is DevOpsException or IOException or UnauthorizedAccessException)
        {
            _parts.Log($"The spool of alerts cannot be read: {exception.Message}");
        }
    }

    private DestinationLane LaneOf(string destination)
    {
        lock (_gate)
        {
            if (_lanes.TryGetValue(destination, out var known)) return known.Lane;
            var lane = new DestinationLane(destination, _parts);
            _lanes[destination] = (lane, Task.Run(() => lane.RunAsync(_cutOff.Token)));
            return lane;
        }
    }
}
