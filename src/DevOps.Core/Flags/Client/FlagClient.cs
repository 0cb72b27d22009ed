using System.Globalization;
using System.Threading.Channels;
using DevOps.Core.Flags.Definitions;
using DevOps.Core.Flags.Evaluation;
using DevOps.Core.Flags.Store;
using DevOps.Model;
using StackExchange.Redis;

namespace DevOps.Core.Flags.Client;

/// <summary>
/// Evaluates flags in memory, for applications in .NET and for the service of all others. It is told of changes by the server, and asks for the
/// version besides, since news can be lost. When the server is gone it goes on with the last known flags, and says how old they are; a file of
/// them lets it begin without the server.
/// </summary>
public sealed class FlagClient : IAsyncDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    private readonly FlagSourceAddress _server;
    private readonly FlagSnapshotFile? _snapshot;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Channel<string> _news = Channel.CreateBounded<string>(new BoundedChannelOptions(10_000) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Lock _waiting = new();

    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _tried = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ConnectionMultiplexer? _connection;
    private Task _following = Task.CompletedTask;
    private volatile FlagSet _flags = FlagSet.Empty;
    private volatile FlagClientStatus _status = new(FlagSource.None, false, 0, 0, null, "the server has not answered yet");

    // Set where news may have been lost: then all is read again.
    private volatile bool _mustReload = true;

    // News of a change may come after its version was read. Only who is behind for a second time has missed some.
    private bool _isBehind;

    // Which history of changes the version counts in: after another master was made, the same version may be of other flags.
    private string? _history;

    private bool _isSubscribed;
    private bool _isUnsaved;
    private long? _savedAt;
    private string? _saveProblem;

    private FlagClient(FlagSourceAddress server, string? snapshotFile, TimeProvider time)
    {
        _server = server;
        _snapshot = snapshotFile is null ? null : new FlagSnapshotFile(snapshotFile);
        _time = time;
    }

    /// <summary>The flags as they are now.</summary>
    public FlagSet Flags => _flags;

    /// <summary>How the client is.</summary>
    public FlagClientStatus Status => _status;

    /// <summary>
    /// Starts a client. It returns when the server has answered, or could not be reached at the first attempt; with a file of
    /// the last known flags, no later than after a second.
    /// </summary>
    /// <param name="server">The server: the master, or a replica near by.</param>
    /// <param name="snapshotFile">The file of the last known flags; nothing when none is to be kept.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends the wait and the client.</param>
    /// <returns>The client.</returns>
    public static async Task<FlagClient> StartAsync(FlagSourceAddress server, string? snapshotFile = null, TimeProvider? time = null, CancellationToken cancellation = default)
    {
        var client = new FlagClient(server, snapshotFile, time ?? TimeProvider.System);
        client.ReadSnapshot();
        client._following = Task.Run(client.FollowAsync, CancellationToken.None);
        try
        {
            await client._tried.Task.WaitAsync(client._status.Source == FlagSource.None ? Timeout.InfiniteTimeSpan : Poll, client._time, cancellation).ConfigureAwait(false);
            return client;
        }
        catch (TimeoutException)
        {
            // What was known last is better than to wait for what may not come.
            return client;
        }
        catch (OperationCanceledException)
        {
            await client.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Evaluates a flag.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="context">Whom it is evaluated for.</param>
    /// <returns>What it came to.</returns>
    public FlagResolution Evaluate(string name, FlagContext context) => _flags.Evaluate(name, context);

    /// <summary>Evaluates a Boolean flag.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="otherwise">What counts when there is no such flag, or when it is disabled.</param>
    /// <param name="context">Whom it is evaluated for; nothing for nobody in particular.</param>
    /// <returns>The value.</returns>
    public bool IsOn(string name, bool otherwise = false, FlagContext? context = null) => _flags.Evaluate(name, context ?? FlagContext.Empty).Variant?.Value.ValueKind switch
    {
        System.Text.Json.JsonValueKind.True => true,
        System.Text.Json.JsonValueKind.False => false,
        _ => otherwise,
    };

    /// <summary>Waits until the flags are others than these.</summary>
    /// <param name="known">The flags that are known.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The flags as they are then.</returns>
    public async Task<FlagSet> WaitForChangeAsync(FlagSet known, CancellationToken cancellation)
    {
        while (true)
        {
            Task changed;
            lock (_waiting)
            {
                if (!ReferenceEquals(_flags, known)) return _flags;
                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Ends the client.</summary>
    /// <returns>A task that ends once it is ended.</returns>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _following.ConfigureAwait(false);
        if (_isUnsaved) WriteSnapshot();
        if (_connection is not null)
        {
            await _connection.CloseAsync(allowCommandsToComplete: false).ConfigureAwait(false);
            await _connection.DisposeAsync().ConfigureAwait(false);
        }

        _stopping.Dispose();
    }

    private void ReadSnapshot()
    {
        if (_snapshot?.Read() is not { } snapshot) return;
        _flags = snapshot.Flags;
        _status = new FlagClientStatus(FlagSource.Snapshot, false, _flags.Version, _flags.Count, snapshot.ConfirmedAt, "the server has not answered yet");
    }

    private async Task FollowAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await ConnectAsync().ConfigureAwait(false);
                await UpdateAsync().ConfigureAwait(false);
            }
            catch (Exception failure)
            {
                // Whatever it was, it is tried again, and said until it is mended. All is read then: what was told meanwhile says nothing more.
                _mustReload = true;
                while (_news.Reader.TryRead(out _))
                {
                }

                _status = _status with { IsConnected = false, IsCurrent = false, Problem = $"the server does not answer: {FlagText.Short(failure.Message)}" };
            }

            _tried.TrySetResult();
            await HearAsync().ConfigureAwait(false);
        }
    }

    private async Task ConnectAsync()
    {
        _connection ??= await OpenAsync().ConfigureAwait(false);
        if (_isSubscribed) return;
        await FlagNews.SubscribeAsync(_connection, Hear, name => Hear($" {name}")).ConfigureAwait(false);
        _isSubscribed = true;
    }

    private async Task<ConnectionMultiplexer> OpenAsync()
    {
        var connection = await FlagLink.OpenAsync(_server, Poll).ConfigureAwait(false);
        connection.ConnectionFailed += (_, _) => Restore();
        connection.ConnectionRestored += (_, _) => Restore();
        return connection;
    }

    private void Restore()
    {
        _mustReload = true;
        _news.Writer.TryWrite(string.Empty);
    }

    private void Hear(RedisValue message)
    {
        // More news than can be kept: all is read again.
        if (!_news.Writer.TryWrite(message!)) _mustReload = true;
    }

    private async Task HearAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        patience.CancelAfter(Poll);
        try
        {
            await _news.Reader.WaitToReadAsync(patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Time to ask for the version, or to end.
        }
    }

    private async Task UpdateAsync()
    {
        var reader = new FlagReader(_connection!.GetDatabase());
        var flags = _flags;
        var server = await reader.ServerAsync().ConfigureAwait(false);
        if (server is not null && server.History != _history)
        {
            _mustReload = true;
            _history = server.History;
        }

        while (!_mustReload && _news.Reader.TryRead(out var message))
        {
            flags = await ApplyAsync(reader, flags, message).ConfigureAwait(false);
            // A change waits neither for those behind it nor for the question whether it is the last one.
            if (!ReferenceEquals(flags, _flags)) Publish(flags, _status with { Version = flags.Version, Count = flags.Count });
        }

        var version = await reader.VersionAsync().ConfigureAwait(false);
        if (version is null && flags.Version > 0)
        {
            // A server without a version has lost its data, or is another one. What is known is better than nothing.
            Publish(flags, _status with { IsConnected = true, IsCurrent = false, Problem = "the server has no flags any more: the last known ones are used" });
            return;
        }

        var isCutOff = server is { Role: FeatureFlagServerRole.Replica, IsLinkUp: false };
        if (version < flags.Version && isCutOff)
        {
            // It has started with older data, and gets the newer from its master.
            Publish(flags, _status with { IsConnected = true, IsCurrent = false, Problem = "the server has older flags and does not follow its master yet: the last known ones are used" });
            return;
        }

        var isBehind = (version ?? 0) != flags.Version;
        if (_mustReload || (isBehind && _isBehind))
        {
            // First: what is told from now on may not be in it.
            _mustReload = false;
            // The version was read before: what is changed meanwhile is read again, and not missed. One that is damaged keeps none of the
            // others from being read; cmdlets name it.
            flags = FlagSet.Of(version ?? 0, (await reader.AllAsync(static _ => { }).ConfigureAwait(false)).Select(flag => flag.Effective));
            isBehind = false;
        }

        _isBehind = isBehind;
        if (isBehind) Publish(flags, _status with { Version = flags.Version, Count = flags.Count });
        else if (isCutOff) Publish(flags, new FlagClientStatus(FlagSource.Server, true, flags.Version, flags.Count, _status.ConfirmedAt, "the server does not follow its master: whether there are newer flags, it cannot know"));
        else Publish(flags, new FlagClientStatus(FlagSource.Server, true, flags.Version, flags.Count, _time.GetUtcNow(), _saveProblem) { IsCurrent = true });
    }

    // A change is told as VERSION NAME, a plain key that somebody has set as a space and its name.
    private static async Task<FlagSet> ApplyAsync(FlagReader reader, FlagSet flags, string message)
    {
        var end = message.IndexOf(' ', StringComparison.Ordinal);
        if (end < 0) return flags;
        var name = message[(end + 1)..];
        if (end == 0)
        {
            if (flags.Find(name) is not { } known || await FindAsync(reader, name).ConfigureAwait(false) is not { } flag) return flags;
            if (flag.Version == known.Version && flag.Plain == known.Plain) return flags;
            // A change sets the plain key too, and that is told first. The very next change is known with it, and is not read once more.
            return flags.With(flag.Version == flags.Version + 1 ? flag.Version : flags.Version, flag);
        }

        // Only the very next change can be taken by itself; after a gap the version differs, and all is read.
        if (!long.TryParse(message.AsSpan(0, end), NumberStyles.None, CultureInfo.InvariantCulture, out var version) || version != flags.Version + 1) return flags;
        return await FindAsync(reader, name).ConfigureAwait(false) is { } changed ? flags.With(version, changed) : flags.Without(version, name);
    }

    private static async Task<FlagRecord?> FindAsync(FlagReader reader, string name)
    {
        try
        {
            return (await reader.FindAsync(name).ConfigureAwait(false))?.Effective;
        }
        catch (DevOpsException failure) when (failure.Id == "FeatureFlagUnreadable")
        {
            // As when all are read: it is left out.
            return null;
        }
    }

    private void Publish(FlagSet flags, FlagClientStatus status)
    {
        var isOther = !ReferenceEquals(flags, _flags);
        lock (_waiting)
        {
            _flags = flags;
            _status = status;
            if (isOther)
            {
                _changed.TrySetResult();
                _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        _isUnsaved |= isOther;
        // Not by the time of day, which may be set back.
        if (_isUnsaved && (_savedAt is not { } savedAt || _time.GetElapsedTime(savedAt) >= Poll)) WriteSnapshot();
    }

    private void WriteSnapshot()
    {
        _isUnsaved = false;
        _savedAt = _time.GetTimestamp();
        try
        {
            _snapshot?.Write(_flags, _status.ConfirmedAt ?? _time.GetUtcNow());
            _saveProblem = null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Until then the one that is there is older.
            _isUnsaved = true;
            _saveProblem = $"the last known flags cannot be kept: {failure.Message}";
        }
    }
}
