namespace DevOps.Core.Balancing;

/// <summary>
/// An exact order for weighted turns: in every full round each entry has as many turns as its weight says, spread as evenly
/// as they can be (the smooth weighted round robin of nginx, <c>ngx_http_upstream_round_robin</c>), and the round is rotated so
/// that it ends with the entry that was marked to come last. Any number of threads may take turns: a turn is one atomic
/// increment.
/// </summary>
/// <typeparam name="T">What has turns.</typeparam>
public sealed class WeightedSchedule<T>
{
    private readonly T[] _round;
    private long _turn = -1;

    /// <summary>Makes a schedule.</summary>
    /// <param name="entries">The entries with their weights, each 1 or more.</param>
    /// <param name="isLast">Which entries shall end the round.</param>
    /// <exception cref="ArgumentException">There is no entry, or a weight is less than 1.</exception>
    public WeightedSchedule(IReadOnlyList<(T Entry, int Weight)> entries, Func<T, bool> isLast)
    {
        if (entries.Count == 0 || entries.Any(entry => entry.Weight < 1)) throw new ArgumentException("Turns need entries with weights of at least 1.", nameof(entries));
        var divisor = entries.Select(entry => entry.Weight).Aggregate(GreatestCommonDivisor);
        var order = Smooth([.. entries.Select(entry => entry.Weight / divisor)]);
        var end = Array.FindLastIndex(order, index => isLast(entries[index].Entry));
        _round = [.. Enumerable.Range(0, order.Length).Select(place => entries[order[(end + 1 + place) % order.Length]].Entry)];
    }

    /// <summary>One full round, in order.</summary>
    public IReadOnlyList<T> Round => _round;

    /// <summary>Takes the next turn.</summary>
    /// <returns>Whose turn it is.</returns>
    public T Next() => _round.Length == 1 ? _round[0] : _round[(int)((ulong)Interlocked.Increment(ref _turn) % (ulong)_round.Length)];

    // At each turn everybody gains his weight, and the one who has most pays the sum of all.
    private static int[] Smooth(int[] weights)
    {
        var total = weights.Sum();
        var current = new int[weights.Length];
        var order = new int[total];
        for (var turn = 0; turn < total; turn++)
        {
            var best = 0;
            for (var index = 0; index < weights.Length; index++)
            {
                current[index] += weights[index];
                if (current[index] > current[best]) best = index;
            }

            current[best] -= total;
            order[turn] = best;
        }

        return order;
    }

    private static int GreatestCommonDivisor(int left, int right)
    {
        while (right != 0) (left, right) = (right, left % right);
        return left;
    }
}
