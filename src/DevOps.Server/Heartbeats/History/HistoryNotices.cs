using System.Globalization;

namespace DevOps.Server.Heartbeats.History;

/// <summary>Says when something is wrong with the history, once, and when all is well again.</summary>
/// <param name="notice">Hears it; nothing when all is well again.</param>
/// <param name="limits">The history's limits.</param>
/// <param name="time">The clock.</param>
internal sealed class HistoryNotices(Action<string?> notice, HistoryLimits limits, TimeProvider time)
{
    // What was put aside, or had to go, is news for as long.
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(1);

    private string? _failure;
    private string? _event;
    private DateTimeOffset _eventAt;
    private string? _said;

    /// <summary>The file cannot be used.</summary>
    /// <param name="cause">Why, in words.</param>
    public void Failed(string cause)
    {
        _failure = $"The heartbeat history cannot be written: {cause}. Meanwhile it is kept in memory, as far as there is room.";
        Say();
    }

    /// <summary>The file was damaged and put aside.</summary>
    /// <param name="aside">The file's name now.</param>
    public void PutAside(string aside) => Happened($"The heartbeat history was damaged. It was put aside as {aside}, and a new one was begun.");

    /// <summary>The file was written.</summary>
    /// <param name="gone">What had to go because there was too much, in words; nothing when nothing had to.</param>
    public void Written(string? gone)
    {
        _failure = null;
        if (gone is not null) Happened(string.Create(CultureInfo.InvariantCulture, $"The heartbeat history is as large as it may be ({limits.Bytes / 1024 / 1024} MB): the oldest {gone} are let go of early."));
        else if (_event is not null && time.GetUtcNow() - _eventAt >= Remembered) _event = null;
        Say();
    }

    private void Happened(string what)
    {
        (_event, _eventAt) = (what, time.GetUtcNow());
        Say();
    }

    private void Say()
    {
        var now = _failure ?? _event;
        if (now == _said) return;
        _said = now;
        notice(now);
    }
}
