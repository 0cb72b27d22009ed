using System.Net;

namespace DevOps.Server.Heartbeats.Page;

/// <summary>Lets nobody guess tokens quickly: after a few wrong ones, an address must wait.</summary>
/// <param name="time">The clock.</param>
internal sealed class GuessLimit(TimeProvider time)
{
    private const int MostWrong = 5;
    private const int MostAddresses = 1_024;

    /// <summary>How long an address waits.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, (int Wrong, long Since)> _wrongOf = [];

    /// <summary>Whether somebody has guessed too often to be listened to.</summary>
    /// <param name="address">Where he is.</param>
    /// <returns>Whether he must wait.</returns>
    public bool MustWait(IPAddress? address)
    {
        lock (_lock) return _wrongOf.TryGetValue(address ?? IPAddress.None, out var known) && !IsOver(known.Since) && known.Wrong >= MostWrong;
    }

    /// <summary>Notes a wrong guess.</summary>
    /// <param name="address">Where it came from.</param>
    public void Note(IPAddress? address)
    {
        lock (_lock)
        {
            var who = address ?? IPAddress.None;
            var known = _wrongOf.GetValueOrDefault(who);
            if (_wrongOf.Count >= MostAddresses) Forget();
            _wrongOf[who] = known.Wrong == 0 || IsOver(known.Since) ? (1, time.GetTimestamp()) : (known.Wrong + 1, known.Since);
        }
    }

    private bool IsOver(long since) => time.GetElapsedTime(since) > Window;

    private void Forget()
    {
        foreach (var over in _wrongOf.Where(known => IsOver(known.Value.Since)).Select(known => known.Key).ToArray()) _wrongOf.Remove(over);
        // So many at once are one guesser with many addresses.
        if (_wrongOf.Count >= MostAddresses) _wrongOf.Clear();
    }
}
