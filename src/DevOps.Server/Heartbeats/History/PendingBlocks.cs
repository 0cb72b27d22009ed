namespace DevOps.Server.Heartbeats.History;

/// <summary>Minutes or hours of targets that the file does not hold yet. When there are too many, the oldest are let go of.</summary>
/// <param name="capacity">How many bytes are kept.</param>
internal sealed class PendingBlocks(long capacity)
{
    // What a block takes besides its bytes.
    private const int Overhead = 100;

    private readonly Dictionary<(TargetRecord Target, long Block), byte[]> _blocks = [];
    private readonly Queue<(TargetRecord Target, long Block)> _order = new();
    private long _bytes;

    /// <summary>Whether there are any.</summary>
    public bool HasAny => _blocks.Count > 0;

    /// <summary>Adds a block, or replaces it.</summary>
    /// <param name="target">The target.</param>
    /// <param name="block">The number of the minute or hour.</param>
    /// <param name="written">Its bytes.</param>
    public void Put(TargetRecord target, long block, ReadOnlySpan<byte> written)
    {
        var key = (target, block);
        if (_blocks.TryGetValue(key, out var before)) _bytes -= before.Length;
        else Remember(key);
        _blocks[key] = written.ToArray();
        _bytes += written.Length;
        while (_bytes > capacity && _order.TryDequeue(out var oldest)) Forget(oldest);
    }

    /// <summary>The blocks of a target.</summary>
    /// <param name="target">The target.</param>
    /// <returns>The numbers of its blocks and their bytes.</returns>
    public IReadOnlyDictionary<long, byte[]> Of(TargetRecord target) => _blocks
        .Where(block => ReferenceEquals(block.Key.Target, target))
        .ToDictionary(block => block.Key.Block, block => block.Value);

    /// <summary>All blocks by their targets.</summary>
    /// <returns>The numbers of each target's blocks and their bytes.</returns>
    public Dictionary<TargetRecord, Dictionary<long, byte[]>> ByTarget() => _blocks
        .GroupBy(block => block.Key.Target)
        .ToDictionary(group => group.Key, group => group.ToDictionary(block => block.Key.Block, block => block.Value));

    /// <summary>All blocks.</summary>
    /// <returns>The blocks; they can be given to <see cref="Remove"/>.</returns>
    public KeyValuePair<(TargetRecord Target, long Block), byte[]>[] ToArray() => [.. _blocks];

    /// <summary>Lets go of blocks that are in the file now, unless they were replaced meanwhile.</summary>
    /// <param name="written">The blocks.</param>
    public void Remove(IReadOnlyList<KeyValuePair<(TargetRecord Target, long Block), byte[]>> written)
    {
        foreach (var block in written)
        {
            if (_blocks.TryGetValue(block.Key, out var now) && ReferenceEquals(now, block.Value)) Forget(block.Key);
        }

        // Those that are gone leave the order from its beginning; what was replaced keeps its place.
        while (_order.TryPeek(out var oldest) && !_blocks.ContainsKey(oldest)) _order.Dequeue();
    }

    private void Remember((TargetRecord Target, long Block) key)
    {
        _order.Enqueue(key);
        _bytes += Overhead;
    }

    private void Forget((TargetRecord Target, long Block) key)
    {
        if (_blocks.Remove(key, out var block)) _bytes -= block.Length + Overhead;
    }
}
