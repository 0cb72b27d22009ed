namespace DevOps.Core.Heartbeats;

/// <summary>
/// Connections that are kept from check to check, one for each key; checks that ask for the same one at the same time share
/// it, also while it is being opened. What nobody has asked for in a while is closed, so that a target that is no longer
/// checked is left alone.
/// </summary>
/// <typeparam name="T">The kind of connection.</typeparam>
/// <param name="time">The clock.</param>
internal sealed class KeptConnections<T>(TimeProvider time) : IDisposable
    where T : class, IKeptConnection
{
    // Longer than any check may take: a connection that is in use is never closed for being idle.
    private static readonly TimeSpan LongestIdle = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _ending = new();
    private ITimer? _sweeper;

    /// <summary>How many connections there are, those that are being opened included.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _entries.Count;
        }
    }

    /// <summary>
    /// Asks something over the connection of a key, which is opened when there is none that works. A connection over which
    /// nothing comes back is closed. That a kept one has ended says nothing about the other side now: it may have been
    /// started anew, so a new one is opened.
    /// </summary>
    /// <typeparam name="TAnswer">The kind of answer.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="open">Opens it. It is told when all connections are ended, and not when this caller has no more time: others may wait too.</param>
    /// <param name="ask">Asks.</param>
    /// <param name="isAnswer">Whether a failure is an answer too, after which the connection is kept.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="Exception">Whatever the last attempt failed with.</exception>
    public async Task<TAnswer> AskAsync<TAnswer>(string key, Func<CancellationToken, Task<T>> open, Func<T, Task<TAnswer>> ask, Func<Exception, bool> isAnswer, CancellationToken ct)
    {
        while (true)
        {
            var (connection, isOwn) = await GetAsync(key, open, ct);
            try
            {
                return await ask(connection).WaitAsync(ct);
            }
            catch (Exception exception) when (!isAnswer(exception))
            {
                Drop(key, connection);
                if (isOwn || exception is OperationCanceledException) throw;
            }
        }
    }

    /// <summary>Closes all connections. Does not wait for those that say goodbye.</summary>
    public void Dispose()
    {
        Entry[] entries;
        lock (_lock)
        {
            if (_ending.IsCancellationRequested) return;
            _ending.Cancel();
            entries = [.. _entries.Values];
            _entries.Clear();
            _sweeper?.Dispose();
        }

        foreach (var entry in entries) _ = CloseAsync(entry);
    }

    private async Task<(T Connection, bool IsOwn)> GetAsync(string key, Func<CancellationToken, Task<T>> open, CancellationToken ct)
    {
        while (true)
        {
            var (entry, isOwn) = Take(key, open);
            try
            {
                return (await entry.Opening.WaitAsync(ct), isOwn);
            }
            catch (Exception exception) when (!isOwn && exception is not OperationCanceledException)
            {
                // What somebody else began may have failed by what was so before this check: it is tried anew.
            }
        }
    }

    // Unless another one has taken its place.
    private void Drop(string key, T connection)
    {
        Entry? entry;
        lock (_lock)
        {
            if (!_entries.TryGetValue(key, out entry) || !entry.Opening.IsCompletedSuccessfully || entry.Opening.Result != connection) return;
            _entries.Remove(key);
        }

        _ = CloseAsync(entry);
    }

    private (Entry Entry, bool IsOwn) Take(string key, Func<CancellationToken, Task<T>> open)
    {
        Entry? broken = null;
        try
        {
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_ending.IsCancellationRequested, this);
                if (_entries.TryGetValue(key, out var entry))
                {
                    entry.LastUsed = time.GetTimestamp();
                    if (!entry.Opening.IsCompleted || entry.IsUsable) return (entry, IsOwn: false);
                    broken = entry;
                }

                _sweeper ??= time.CreateTimer(_ => Sweep(), state: null, SweepInterval, SweepInterval);
                var own = new Entry(time.GetTimestamp());
                _entries[key] = own;
                own.Opening = Task.Run(() => OpenAsync(key, own, open), CancellationToken.None);
                return (own, IsOwn: true);
            }
        }
        finally
        {
            if (broken is not null) _ = CloseAsync(broken);
        }
    }

    private async Task<T> OpenAsync(string key, Entry entry, Func<CancellationToken, Task<T>> open)
    {
        try
        {
            return await open(_ending.Token);
        }
        catch
        {
            // Whoever asks from now on tries anew.
            lock (_lock)
            {
                if (_entries.GetValueOrDefault(key) == entry) _entries.Remove(key);
            }

            throw;
        }
    }

    private void Sweep()
    {
        KeyValuePair<string, Entry>[] idle;
        lock (_lock)
        {
            idle = [.. _entries.Where(entry => entry.Value.Opening.IsCompleted && (time.GetElapsedTime(entry.Value.LastUsed) > LongestIdle || !entry.Value.IsUsable))];
            foreach (var (key, _) in idle) _entries.Remove(key);
        }

        foreach (var (_, entry) in idle) _ = CloseAsync(entry);
    }

    private static async Task CloseAsync(Entry entry)
    {
        try
        {
            await (await entry.Opening).DisposeAsync();
        }
        catch (Exception)
        {
            // It could not be opened, or breaks while it is closed: either way it is gone.
        }
    }

    /// <summary>A connection, or the attempt to open it.</summary>
    private sealed class Entry(long lastUsed)
    {
        public Task<T> Opening { get; set; } = null!;

        public long LastUsed { get; set; } = lastUsed;

        public bool IsUsable => Opening is { IsCompletedSuccessfully: true, Result.IsBroken: false };
    }
}
