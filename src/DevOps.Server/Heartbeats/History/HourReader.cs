namespace DevOps.Server.Heartbeats.History;

/// <summary>Reads what <see cref="HourBlock"/> wrote, minute by minute. Ends where bytes make no sense.</summary>
/// <param name="written">The bytes.</param>
/// <param name="hour">The number of the hour.</param>
internal ref struct HourReader(ReadOnlySpan<byte> written, long hour)
{
    private ReadOnlySpan<byte> _left = written;
    private ulong _buckets;

    /// <summary>The number of the minute that was read.</summary>
    public long Minute { get; private set; }

    /// <summary>How many checks were made in it.</summary>
    public long Checks { get; private set; }

    /// <summary>Reads the next minute.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Next()
    {
        AddLatenciesTo(null);
        if (!Varint.TryRead(ref _left, out var minute) || !Varint.TryRead(ref _left, out var checks) || !Varint.TryRead(ref _left, out _buckets)) return false;
        Minute = (hour * HistoryTime.MinutesPerHour) + (long)minute;
        Checks = (long)checks;
        return true;
    }

    /// <summary>Adds the latencies of the minute that was read. Can be asked once a minute.</summary>
    /// <param name="latencies">Where to; nothing to leave them out.</param>
    public void AddLatenciesTo(LatencyCounts? latencies)
    {
        var bucket = 0UL;
        for (; _buckets > 0; _buckets--)
        {
            if (!Varint.TryRead(ref _left, out var higher) || !Varint.TryRead(ref _left, out var count))
            {
                _left = [];
                _buckets = 0;
                return;
            }

            bucket += higher;
            latencies?.Add((int)Math.Min(bucket, int.MaxValue), (long)count);
        }
    }
}
