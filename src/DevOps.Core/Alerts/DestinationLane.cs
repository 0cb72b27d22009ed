using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using DevOps.Model;

namespace DevOps.Core.Alerts;

/// <summary>What lanes work with.</summary>
/// <param name="Store">The destinations.</param>
/// <param name="Spool">What waits.</param>
/// <param name="Sender">Brings alerts to destinations.</param>
/// <param name="Deliveries">Where deliveries are recorded.</param>
/// <param name="Timing">How patient they are.</param>
/// <param name="Time">The clock.</param>
/// <param name="Log">Hears what went wrong, a line each.</param>
internal sealed record LaneParts(
    AlertDestinationStore Store,
    AlertSpool Spool,
    AlertSender Sender,
    DeliveryLog Deliveries,
    AlertTiming Timing,
    TimeProvider Time,
    Action<string> Log);

/// <summary>Brings one destination its alerts, one at a time, apart from all other destinations.</summary>
/// <param name="destination">The destination's name.</param>
/// <param name="parts">What it works with.</param>
internal sealed class DestinationLane(string destination, LaneParts parts)
{
    private readonly ConcurrentQueue<string> _arrived = new();
    private readonly ConcurrentQueue<SpooledAlert> _homeless = new();
    private readonly Channel<bool> _woken = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly LaneQueue _queue = new();
    private DateTimeOffset _lastSuccess = DateTimeOffset.MinValue;
    private DateTimeOffset _askedToWaitUntil = DateTimeOffset.MinValue;
    private bool _isFailing;
    private string? _trouble;
    private volatile bool _mustLook = true;
    private volatile bool _isEnding;

    /// <summary>Takes an alert that has just been spooled.</summary>
    /// <param name="name">The name under which it waits.</param>
    public void Add(string name)
    {
        _arrived.Enqueue(name);
        _woken.Writer.TryWrite(true);
    }

    /// <summary>Takes an alert that could not be spooled: it is tried once, since it would not survive the process anyway.</summary>
    /// <param name="alert">The alert.</param>
    public void AddHomeless(SpooledAlert alert)
    {
        _homeless.Enqueue(alert);
        _woken.Writer.TryWrite(true);
    }

    /// <summary>Looks on the disk for what other processes left behind.</summary>
    public void Look()
    {
        _mustLook = true;
        _woken.Writer.TryWrite(true);
    }

    /// <summary>Ends the lane once everything that can be tried at once has been.</summary>
    public void End()
    {
        _isEnding = true;
        _woken.Writer.TryWrite(true);
    }

    /// <summary>Works until the lane has ended.</summary>
    /// <param name="ct">Breaks off what is at work; it stays in the spool.</param>
    /// <returns>A task that ends with the lane.</returns>
    public async Task RunAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                if (!await TurnAsync(ct)) return;
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // Mostly the state folder. Whatever it is, the other destinations and whoever raises alerts go on.
                Complain($"Alerts for '{destination}' wait: {exception.Message}");
                if (_isEnding) return;
                await PauseAsync(parts.Timing.LookInterval, ct);
            }
        }
    }

    private async Task<bool> TurnAsync(CancellationToken ct)
    {
        if (_homeless.TryDequeue(out var homeless))
        {
            await SendHomelessAsync(homeless, ct);
            return true;
        }

        var isEnding = _isEnding;
        TakeIn();
        var now = parts.Time.GetUtcNow();
        var (entry, lookAt) = _askedToWaitUntil > now ? (Entry: null, LookAt: _askedToWaitUntil) : _queue.Next(now, _lastSuccess);
        if (entry is not null && !(isEnding && entry.Attempts > 0))
        {
            await TryAsync(entry, ct);
            return true;
        }

        if (isEnding) return false;
        await WaitAsync(lookAt is { } at ? at - now : Timeout.InfiniteTimeSpan, ct);
        return true;
    }

    // What does not change is said once.
    private void Complain(string trouble)
    {
        if (trouble != _trouble) parts.Log(trouble);
        _trouble = trouble;
    }

    private void TakeIn()
    {
        while (_arrived.TryDequeue(out var name)) _queue.Add(name);
        if (!_mustLook) return;
        _mustLook = false;
        _queue.Match(parts.Spool.Names(destination));
    }

    private async Task WaitAsync(TimeSpan wait, CancellationToken ct)
    {
        if (wait == Timeout.InfiniteTimeSpan)
        {
            await _woken.Reader.ReadAsync(ct);
            return;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var woken = _woken.Reader.ReadAsync(either.Token).AsTask();
        await Task.WhenAny(woken, Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, parts.Time, either.Token));
        await either.CancelAsync();
        ct.ThrowIfCancellationRequested();
    }

    private async Task PauseAsync(TimeSpan pause, CancellationToken ct)
    {
        try
        {
            await Task.Delay(pause, parts.Time, ct);
        }
        catch (OperationCanceledException)
        {
            // The loop sees it.
        }
    }

    private async Task TryAsync(LaneEntry entry, CancellationToken ct)
    {
        await using var claim = parts.Spool.TryClaim(destination, entry.Name);
        if (claim is null)
        {
            // The system tells nobody that a file lock has become free.
            entry.LeaveAlone(parts.Time.GetUtcNow() + parts.Timing.BusyPause);
            return;
        }

        if (Read(claim, entry) is not { } alert)
        {
            _queue.Drop(entry);
            return;
        }

        var now = parts.Time.GetUtcNow();
        entry.Learn(alert);
        // Another process may have tried it meanwhile.
        if (entry.DueAt(_lastSuccess) > now) return;
        if (parts.Store.Find(destination) is not { } target)
        {
            await FinishAsync(claim, entry, alert, "the destination was removed");
            return;
        }

        if (now - alert.SpooledAt >= parts.Timing.GiveUpAfter)
        {
            var last = alert.Cause is null ? string.Empty : $"; the last time, {alert.Cause}";
            await FinishAsync(claim, entry, alert, $"given up after {parts.Timing.GiveUpAfter.TotalHours:0.#} hours{last}");
            return;
        }

        var attempt = await parts.Sender.SendAsync(target, alert.Alert, ct);
        await NoteAsync(claim, entry, alert, attempt);
    }

    private SpooledAlert? Read(SpoolClaim claim, LaneEntry entry)
    {
        try
        {
            return claim.Read();
        }
        catch (JsonException)
        {
            parts.Log($"An alert that waited for '{destination}' cannot be read and is not sent; its file is now '{claim.SetAside()}'.");
            return null;
        }
    }

    private async Task NoteAsync(SpoolClaim claim, LaneEntry entry, SpooledAlert alert, AlertAttempt attempt)
    {
        var tried = alert with { Attempts = alert.Attempts + 1, TriedAt = attempt.At, Duration = attempt.Duration, Cause = attempt.Result.Cause };
        switch (attempt.Result.Verdict)
        {
            case SendVerdict.Taken:
                _lastSuccess = attempt.At;
                _trouble = null;
                if (_isFailing) parts.Log($"Alerts reach '{destination}' again.");
                _isFailing = false;
                await FinishAsync(claim, entry, tried, cause: null);
                return;
            case SendVerdict.Refused:
                await FinishAsync(claim, entry, tried, $"{attempt.Result.Cause}; it is not sent again");
                return;
            default:
                if (!_isFailing) parts.Log($"Alerts do not reach '{destination}': {attempt.Result.Cause}. They are kept and sent again.");
                _isFailing = true;
                await PostponeAsync(claim, entry, tried, attempt.Result.RetryAfter);
                return;
        }
    }

    private async Task PostponeAsync(SpoolClaim claim, LaneEntry entry, SpooledAlert tried, TimeSpan? retryAfter)
    {
        var pause = parts.Timing.PauseAfter(tried.Attempts, Random.Shared.NextDouble());
        if (retryAfter is { } asked)
        {
            pause = asked < parts.Timing.LongestRetryAfter ? asked : parts.Timing.LongestRetryAfter;
            _askedToWaitUntil = tried.TriedAt!.Value + pause;
        }

        var waiting = tried with { NotBefore = tried.TriedAt + pause };
        // First in memory: should the disk refuse, the pause holds all the same.
        entry.Learn(waiting);
        claim.Update(waiting);
        // One line for attempts 1, 2, 4, 8 and so on tells enough of a destination that is down for hours.
        if (int.IsPow2(tried.Attempts)) await RecordAsync(waiting, isDelivered: false, $"{tried.Cause}; it is sent again");
    }

    private async Task FinishAsync(SpoolClaim claim, LaneEntry entry, SpooledAlert alert, string? cause)
    {
        entry.IsDone = true;
        if (cause is not null) parts.Log($"The alert {AlertLog.Name(alert.Alert)} did not reach '{destination}': {cause}.");
        // Recorded first: killed in between, the alert is sent again, which a receiver knows by its id. A record that is lost
        // nobody could make up for.
        await RecordAsync(alert, cause is null, cause);
        claim.Remove();
        _queue.Drop(entry);
    }

    private async Task SendHomelessAsync(SpooledAlert alert, CancellationToken ct)
    {
        if (parts.Store.Find(destination) is not { } target) return;
        var attempt = await parts.Sender.SendAsync(target, alert.Alert, ct);
        var tried = alert with { Attempts = 1, TriedAt = attempt.At, Duration = attempt.Duration };
        var isTaken = attempt.Result.Verdict == SendVerdict.Taken;
        if (!isTaken) parts.Log($"The alert {AlertLog.Name(alert.Alert)} did not reach '{destination}' and is lost: {attempt.Result.Cause}.");
        await RecordAsync(tried, isTaken, attempt.Result.Cause);
    }

    private async Task RecordAsync(SpooledAlert alert, bool isDelivered, string? cause)
    {
        try
        {
            await parts.Deliveries.AddAsync(new AlertDelivery(alert.Alert.Id, destination, alert.TriedAt ?? parts.Time.GetUtcNow(), isDelivered, alert.Attempts, cause, alert.Duration));
        }
        catch (Exception exception) when (exception is DevOpsException or IOException or UnauthorizedAccessException)
        {
            parts.Log($"What became of the alert {alert.Alert.Id} for '{destination}' ({cause ?? "delivered"}) could not be recorded: {exception.Message}");
        }
    }
}
