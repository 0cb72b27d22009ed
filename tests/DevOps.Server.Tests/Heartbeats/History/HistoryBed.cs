using System.Collections.Concurrent;
using DevOps.Core.Heartbeats;
using DevOps.Core.State;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;
using DevOps.Server.Heartbeats.History;
using Microsoft.Data.Sqlite;

namespace DevOps.Server.Tests.Heartbeats.History;

/// <summary>A history in a state folder of its own, with a clock that the test moves.</summary>
internal sealed class HistoryBed : IAsyncDisposable
{
    /// <summary>When every test begins: a whole hour.</summary>
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TestState _folder;

    public HistoryBed(HistoryLimits? limits = null, string? parent = null)
    {
        _folder = new TestState(parent);
        Limits = limits ?? HistoryLimits.Usual;
        Store = Open();
    }

    public InterruptibleClock Time { get; } = new(Start);

    public HistoryLimits Limits { get; }

    public HistoryStore Store { get; private set; }

    public StateFolder State => _folder.State;

    public string File => State.PathOf("heartbeats", "history.db");

    /// <summary>What was told, in order; nothing stands for "all is well again".</summary>
    public ConcurrentQueue<string?> Notices { get; } = new();

    public static string Key(string target = "web") => HeartbeatKey.Of(Beat(target, HeartbeatState.Up, Start));

    public static Heartbeat Beat(string target, HeartbeatState state, DateTimeOffset at, TimeSpan? latency = null, string? cause = null, string? evidence = null) =>
        new(target, "shop", state, latency, cause, evidence, at, at, new Uri($"http://{Uri.EscapeDataString(target)}.example/"));

    public HistoryStore Open() => HistoryStore.Open(State, Limits, Time, Notices.Enqueue);

    /// <summary>A check at this moment.</summary>
    public void Check(HeartbeatState state, string target = "web", double milliseconds = 10, string? cause = null, string? evidence = null, bool hasChanged = false) => Store.Take(
        Beat(target, state, Time.GetUtcNow(), state is HeartbeatState.Down or HeartbeatState.Unknown ? null : TimeSpan.FromMilliseconds(milliseconds), cause, evidence),
        hasChanged);

    /// <summary>Checks every ten seconds, from this moment on.</summary>
    public void Watch(HeartbeatState state, TimeSpan duration, string target = "web", double milliseconds = 10, string? cause = null)
    {
        for (var end = Time.GetUtcNow() + duration; Time.GetUtcNow() < end; Time.Advance(TimeSpan.FromSeconds(10))) Check(state, target, milliseconds, cause);
    }

    /// <summary>What became of the target since the beginning.</summary>
    public Task<HeartbeatHistory?> GetAsync(string target = "web") => Store.GetAsync(Key(target), Start, Time.GetUtcNow(), TestContext.Current.CancellationToken);

    public async Task RestartAsync(TimeSpan pause)
    {
        await Store.DisposeAsync();
        Time.Advance(pause);
        Store = Open();
    }

    /// <summary>Asks the file itself.</summary>
    public long Number(string query)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = query;
        return (long)command.ExecuteScalar()!;
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        _folder.Dispose();
    }
}
