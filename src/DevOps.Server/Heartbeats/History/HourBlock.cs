using System.Buffers;

namespace DevOps.Server.Heartbeats.History;

/// <summary>
/// The minutes of one target in one hour, as they are written: for each its number in the hour, how many checks were made,
/// how many buckets of latencies there are, and of each bucket how much higher its number is than the last one's and how
/// often it was measured.
/// </summary>
internal sealed class HourBlock
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>The number of the hour.</summary>
    public long Hour { get; private set; }

    /// <summary>The minutes so far.</summary>
    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    /// <summary>Goes on with an hour that was written earlier.</summary>
    /// <param name="hour">The number of the hour.</param>
    /// <param name="written">Its minutes so far.</param>
    public void Resume(long hour, ReadOnlySpan<byte> written)
    {
        Hour = hour;
        _bytes.ResetWrittenCount();
        _bytes.Write(written);
    }

    /// <summary>Takes what the file holds of an hour, also when minutes were added since that it does not hold.</summary>
    /// <param name="hour">The number of the hour.</param>
    /// <param name="written">Its minutes in the file.</param>
    public void Load(long hour, ReadOnlySpan<byte> written)
    {
        if (Hour < hour) Resume(hour, written);
        else if (Hour == hour) Resume(hour, [.. written, .. Written]);
    }

    /// <summary>Adds a minute, which begins another hour when it belongs to that.</summary>
    /// <param name="minute">The number of the minute.</param>
    /// <param name="beats">Its checks.</param>
    /// <param name="latencies">Memory to count in.</param>
    public void Add(long minute, ReadOnlySpan<byte> beats, LatencyCounts latencies)
    {
        if (minute / HistoryTime.MinutesPerHour != Hour) Resume(minute / HistoryTime.MinutesPerHour, []);
        latencies.Clear();
        var checks = Count(minute, beats, latencies);
        var buckets = latencies.ToBuckets();
        Varint.Write(_bytes, (ulong)(minute % HistoryTime.MinutesPerHour));
        Varint.Write(_bytes, (ulong)checks);
        Varint.Write(_bytes, (ulong)buckets.Count);
        var last = 0;
        foreach (var bucket in buckets)
        {
            Varint.Write(_bytes, (ulong)(bucket.Index - last));
            Varint.Write(_bytes, (ulong)bucket.Count);
            last = bucket.Index;
        }
    }

    /// <summary>Counts the checks of a minute.</summary>
    /// <param name="minute">The number of the minute.</param>
    /// <param name="beats">The checks, as <see cref="BeatBlock"/> writes them.</param>
    /// <param name="latencies">Where their latencies are added.</param>
    /// <returns>How many there are.</returns>
    public static long Count(long minute, ReadOnlySpan<byte> beats, LatencyCounts latencies)
    {
        var checks = 0L;
        var reader = new BeatReader(beats, minute);
        while (reader.Next())
        {
            checks++;
            if (reader.Bucket is { } bucket) latencies.Add(bucket);
        }

        return checks;
    }
}
