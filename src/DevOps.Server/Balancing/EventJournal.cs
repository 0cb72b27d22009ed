using System.Text.Json;
using DevOps.Core.Balancing;
using DevOps.Model;

namespace DevOps.Server.Balancing;

/// <summary>
/// What happened at the balancer: numbered, kept in a file that is only appended to, and told to whoever waits for it. A
/// writer of its own keeps the disk out of the way of requests.
/// </summary>
internal sealed class EventJournal : IAsyncDisposable
{
    private const int Remembered = 1_000;
    private const long LongestFile = 16L * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly string _balancer;
    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly Queue<BalancerEvent> _recent = new();
    private readonly System.Threading.Channels.Channel<BalancerEvent> _toWrite = System.Threading.Channels.Channel.CreateUnbounded<BalancerEvent>();
    private readonly Task _writing;
    private TaskCompletionSource _news = NewSource();
    private long _last;
    private bool _isClosed;

    /// <summary>Opens the journal after the last event that stands in it.</summary>
    /// <param name="balancer">The balancer's name.</param>
    /// <param name="path">The file.</param>
    /// <param name="time">The clock.</param>
    public EventJournal(string balancer, string path, TimeProvider time)
    {
        _balancer = balancer;
        _path = path;
        _time = time;
        foreach (var entry in BalancerEventFile.Read(path).TakeLast(Remembered)) Remember(entry);
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>The number of the newest event.</summary>
    public long Last
    {
        get
        {
            lock (_lock) return _last;
        }
    }

    /// <summary>What happened lately, oldest first.</summary>
    /// <returns>The events, as far back as they are remembered.</returns>
    public IReadOnlyList<BalancerEvent> Recent()
    {
        lock (_lock) return [.. _recent];
    }

    /// <summary>Adds an event.</summary>
    /// <param name="change">What happened.</param>
    /// <returns>The event; nothing once the journal was closed, because another process goes on with it.</returns>
    public BalancerEvent? Add(BackendChange change)
    {
        lock (_lock)
        {
            if (_isClosed) return null;
            var entry = new BalancerEvent(_last + 1, _time.GetUtcNow(), _balancer, change.Kind, change.Backend, change.Split, change.Cause, change.Evidence);
            Remember(entry);
            _toWrite.Writer.TryWrite(entry);
            _news.TrySetResult();
            _news = NewSource();
            return entry;
        }
    }

    /// <summary>Gives what happened after an event, and waits for something to happen.</summary>
    /// <param name="after">The event's number.</param>
    /// <param name="wait">How long to wait when nothing has happened.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The events, as far back as they are remembered.</returns>
    public async Task<BalancerEvents> ReadAsync(long after, TimeSpan wait, CancellationToken ct)
    {
        var (events, news) = Look(after);
        if (events.Events.Count > 0 || wait <= TimeSpan.Zero) return events;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        await Task.WhenAny(news, Task.Delay(wait, _time, limit.Token));
        await limit.CancelAsync();
        ct.ThrowIfCancellationRequested();
        return Look(after).Events;
    }

    /// <summary>Writes what is still to be written and adds nothing more: from here on a successor does.</summary>
    /// <returns>A task that ends when all is in the file.</returns>
    public Task CloseAsync()
    {
        lock (_lock) _isClosed = true;
        _toWrite.Writer.TryComplete();
        return _writing;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await CloseAsync();

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private (BalancerEvents Events, Task News) Look(long after)
    {
        lock (_lock) return (new BalancerEvents([.. _recent.Where(entry => entry.Id > after)], _last), _news.Task);
    }

    private void Remember(BalancerEvent entry)
    {
        _last = entry.Id;
        _recent.Enqueue(entry);
        if (_recent.Count > Remembered) _recent.Dequeue();
    }

    private async Task WriteAsync()
    {
        await foreach (var entry in _toWrite.Reader.ReadAllAsync())
        {
            try
            {
                BalancerEventFile.Append(_path, entry, LongestFile);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // The event stands in the process's log at least, and whoever watches has it too.
                await Console.Error.WriteLineAsync($"The events file cannot be written ({exception.Message}): {JsonSerializer.Serialize(entry, BalancerJson.Default.BalancerEvent)}");
            }
        }
    }
}
