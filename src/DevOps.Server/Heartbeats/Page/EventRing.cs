namespace DevOps.Server.Heartbeats.Page;

/// <summary>
/// The latest events, at most so many and so many bytes of them. Browsers have nothing but the number of the last event that
/// they were sent, so that one that is slow, or away for a while, costs no memory. Used under its owner's lock.
/// </summary>
/// <param name="mostEvents">How many events are kept.</param>
/// <param name="mostBytes">How many bytes of them are kept.</param>
internal sealed class EventRing(int mostEvents, int mostBytes)
{
    private readonly Queue<BoardEvent> _events = new();
    private long _bytes;

    /// <summary>The number of the latest event; 0 before the first.</summary>
    public long Last { get; private set; }

    /// <summary>Adds an event; the oldest ones are forgotten when there is no more room.</summary>
    /// <param name="name">What kind it is.</param>
    /// <param name="data">Its JSON.</param>
    public void Add(string name, byte[] data)
    {
        _events.Enqueue(new BoardEvent(++Last, name, data));
        _bytes += data.Length;
        while (_events.Count > mostEvents || _bytes > mostBytes) _bytes -= _events.Dequeue().Data.Length;
    }

    /// <summary>Gets what came after an event.</summary>
    /// <param name="number">The event's number.</param>
    /// <returns>The later events in their order; nothing when some of them are forgotten, or when there never was such an event.</returns>
    public IReadOnlyList<BoardEvent>? After(long number)
    {
        if (number > Last || number < Last - _events.Count) return null;
        return number == Last ? [] : [.. _events.Skip(_events.Count - (int)(Last - number))];
    }
}
