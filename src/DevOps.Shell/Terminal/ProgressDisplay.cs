using System.Globalization;
using System.Management.Automation;

namespace DevOps.Shell.Terminal;

/// <summary>Shows the running activities as PowerShell's minimal view does: a line an activity, below the text.</summary>
internal sealed class ProgressDisplay : IDisposable
{
    private const int WidestLine = 120;
    private const int MostLines = 12;

    // Often enough to look alive, seldom enough that a thousand records a second do not spend their time on drawing.
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly List<Activity> _activities = [];
    private readonly Screen _screen;
    private readonly TimeProvider _time;
    private readonly ITimer _redraw;
    private long _drawnAt;
    private bool _isRedrawDue;

    /// <summary>Makes a display; draws nothing.</summary>
    /// <param name="screen">Where to draw.</param>
    /// <param name="time">The clock.</param>
    public ProgressDisplay(Screen screen, TimeProvider time)
    {
        _screen = screen;
        _time = time;
        _redraw = time.CreateTimer(_ => Redraw(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>How an activity looks: PowerShell's $PSStyle.Progress.Style.</summary>
    public Func<string> Style { get; set; } = () => string.Empty;

    /// <summary>Takes a record in.</summary>
    /// <param name="source">The command that it comes from.</param>
    /// <param name="record">The record.</param>
    public void Update(long source, ProgressRecord record)
    {
        lock (_gate)
        {
            var index = _activities.FindIndex(activity => activity.Source == source && activity.Record.ActivityId == record.ActivityId);
            if (record.RecordType == ProgressRecordType.Completed)
            {
                if (index < 0) return;
                _activities.RemoveAt(index);
            }
            else if (index >= 0)
            {
                _activities[index] = new Activity(source, record);
            }
            else
            {
                // A child stands below its parent and its parent's earlier children.
                var parent = _activities.FindLastIndex(activity =>
                    activity.Record.ActivityId == record.ParentActivityId || activity.Record.ParentActivityId == record.ParentActivityId);
                var place = record.ParentActivityId >= 0 && parent >= 0 ? parent + 1 : _activities.Count;
                _activities.Insert(place, new Activity(source, record));
            }

            if (_activities.Count == 0 || _drawnAt == 0 || _time.GetElapsedTime(_drawnAt) >= s_interval)
            {
                Draw();
            }
            else if (!_isRedrawDue)
            {
                _isRedrawDue = true;
                _redraw.Change(s_interval, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>Takes all activities away: a pipeline has ended, or somebody is asked something.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            if (_activities.Count == 0) return;
            _activities.Clear();
            Draw();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _redraw.Dispose();

    private void Redraw()
    {
        lock (_gate)
        {
            _isRedrawDue = false;
            if (_activities.Count > 0) Draw();
        }
    }

    private void Draw()
    {
        _drawnAt = _time.GetTimestamp();
        var shown = _activities.Take(MostLines).Select(Render).ToList();
        if (_activities.Count > MostLines) shown.Add($"… and {_activities.Count - MostLines} more");
        _screen.ShowProgress(shown);
    }

    private string Render(Activity activity)
    {
        var record = activity.Record;
        // One cell stays free: a line that fills the terminal would wrap.
        var width = Math.Min(WidestLine, _screen.Width - 1);
        var indent = record.ParentActivityId >= 0 ? "  " : string.Empty;
        var name = indent + TextCells.Shorten(record.Activity, width / 2);
        var remaining = record.SecondsRemaining >= 0 ? string.Create(CultureInfo.InvariantCulture, $" {record.SecondsRemaining}s") : string.Empty;
        var bar = Math.Max(0, width - TextCells.Count(name) - 3);
        if (!_screen.IsOutputStyled)
        {
            var percent = record.PercentComplete >= 0 ? string.Create(CultureInfo.InvariantCulture, $" {record.PercentComplete}%") : string.Empty;
            return $"{name} [{TextCells.Shorten(record.StatusDescription, Math.Max(0, bar - percent.Length - remaining.Length))}{percent}{remaining}]";
        }

        var status = TextCells.Shorten(record.StatusDescription, Math.Max(0, bar - remaining.Length));
        var text = status + new string(' ', Math.Max(0, bar - TextCells.Count(status) - remaining.Length)) + remaining;
        var done = Math.Clamp(record.PercentComplete, 0, 100) * text.Length / 100;
        if (done > 0 && done < text.Length && char.IsLowSurrogate(text[done])) done--;
        return $"{Style()}{name} [\u001b[7m{text[..done]}\u001b[27m{text[done..]}]\u001b[0m";
    }

    private sealed record Activity(long Source, ProgressRecord Record);
}
