using DevOps.Model;

namespace DevOps.Server.Heartbeats.History;

/// <summary>Heartbeats on their way to the history. Whoever adds one never waits; what is too much is left out.</summary>
internal sealed class HistoryQueue
{
    // At ten thousand a second, the time in which nothing is taken out may be half a minute.
    private const int Capacity = 300_000;

    private readonly Lock _lock = new();
    private List<Heartbeat> _heartbeats = [];
    private List<Heartbeat> _spare = [];

    /// <summary>Adds a heartbeat.</summary>
    /// <param name="heartbeat">The heartbeat.</param>
    public void Add(Heartbeat heartbeat)
    {
        lock (_lock)
        {
            if (_heartbeats.Count < Capacity) _heartbeats.Add(heartbeat);
        }
    }

    /// <summary>Takes all heartbeats out. For one thread at a time.</summary>
    /// <param name="take">Hears of each, in their order.</param>
    public void Drain(Action<Heartbeat> take)
    {
        lock (_lock) (_heartbeats, _spare) = (_spare, _heartbeats);
        foreach (var heartbeat in _spare) take(heartbeat);
        _spare.Clear();
    }
}
