using System.Globalization;
using System.Text;
using DevOps.Model;

namespace DevOps.Core.Heartbeats;

/// <summary>
/// Lays out how targets are for a screen of text: a line each, with a word and a shape for the state, so that it can be read
/// without colours. When there are more targets than lines, those that are not up come first.
/// </summary>
public sealed class HeartbeatBoard
{
    private const int LongestSparkline = 20;
    private const int LongestName = 30;
    private const int LongestRelease = 24;
    private const int StateWidth = 13;
    private const int LatencyWidth = 10;
    private const int AgeWidth = 7;
    private const int LinesAround = 3;

    // What a terminal of any kind shows as wide as one character.
    private const char LastNarrow = '\u024f';

    private static readonly HeartbeatState[] WorstFirst = [HeartbeatState.Down, HeartbeatState.Degraded, HeartbeatState.Unknown, HeartbeatState.Maintenance, HeartbeatState.Up];

    private readonly Row[] _rows;
    private readonly Dictionary<(string Name, string? Group, Uri Uri), Row> _rowOf;
    private readonly Lock _lock = new();

    /// <summary>Makes a board on which nothing is known yet.</summary>
    /// <param name="targets">The targets, in their order, each once.</param>
    public HeartbeatBoard(IReadOnlyList<HeartbeatTarget> targets)
    {
        _rows = [.. targets.Select(target => new Row(target))];
        _rowOf = _rows.ToDictionary(row => (row.Target.Name, row.Target.Group, row.Target.Uri));
    }

    /// <summary>Takes how a target is.</summary>
    /// <param name="heartbeat">The heartbeat.</param>
    public void Take(Heartbeat heartbeat)
    {
        lock (_lock)
        {
            if (_rowOf.TryGetValue((heartbeat.Target, heartbeat.Group, heartbeat.Uri), out var row)) row.Take(heartbeat);
        }
    }

    /// <summary>Lays everything out.</summary>
    /// <param name="width">How many characters a line may have.</param>
    /// <param name="height">How many lines there may be.</param>
    /// <param name="isColored">Whether states are coloured.</param>
    /// <param name="now">The time of day that is shown, and from which times since are counted.</param>
    /// <returns>The lines.</returns>
    public IReadOnlyList<string> Render(int width, int height, bool isColored, DateTimeOffset now)
    {
        lock (_lock)
        {
            var room = Math.Max(1, height - LinesAround);
            var shown = _rows.Length <= room ? _rows : [.. _rows.OrderBy(row => Array.IndexOf(WorstFirst, row.State)).Take(room - 1)];
            var nameWidth = Math.Min(LongestName, _rows.Max(row => (int?)row.Target.Name.Length) ?? 0);
            List<string> lines = [Cut(Summary(now), width), string.Empty];
            var releaseWidth = Math.Min(LongestRelease, _rows.Max(row => row.Last?.Release?.Length) ?? 0);
            lines.AddRange(shown.Select(row => Line(row, nameWidth, releaseWidth, width, isColored, now)));
            if (shown.Length < _rows.Length) lines.Add(Cut(string.Create(CultureInfo.InvariantCulture, $"… and {_rows.Length - shown.Length} more"), width));
            return lines;
        }
    }

    private string Summary(DateTimeOffset now)
    {
        var counts = WorstFirst.Reverse().Select(state => (State: state, Count: _rows.Count(row => row.State == state))).Where(count => count.Count > 0);
        var states = string.Join(", ", counts.Select(count => string.Create(CultureInfo.InvariantCulture, $"{count.Count} {Word(count.State)}")));
        return string.Create(CultureInfo.InvariantCulture, $"{now:HH:mm:ss}  {_rows.Length} target{(_rows.Length == 1 ? string.Empty : "s")}: {states}");
    }

    private static string Line(Row row, int nameWidth, int releaseWidth, int width, bool isColored, DateTimeOffset now)
    {
        var beat = row.Last;
        var state = $"{Shape(row.State)} {Word(row.State)}".PadRight(StateWidth);
        var latency = beat?.Latency is { } took ? string.Create(CultureInfo.InvariantCulture, $"{took.TotalMilliseconds:0.0} ms") : string.Empty;
        var age = beat is null ? string.Empty : HeartbeatAge.Of(now - beat.Since);
        var release = releaseWidth == 0 ? string.Empty : "  " + Cut(beat?.Release ?? string.Empty, releaseWidth).PadRight(releaseWidth);
        var rest = $" {Cut(row.Target.Name, nameWidth).PadRight(nameWidth)} {latency.PadLeft(LatencyWidth)} {row.Sparkline.PadRight(LongestSparkline)} {age.PadLeft(AgeWidth)}{release}  {Narrow(beat?.Cause ?? string.Empty)}";
        var line = Cut(state + rest, width).TrimEnd();
        return isColored && line.Length >= StateWidth ? $"\u001b[{Color(row.State)}m{line[..StateWidth]}\u001b[0m{line[StateWidth..]}" : line;
    }

    private static char Shape(HeartbeatState state) => state switch
    {
        HeartbeatState.Up => '●',
        HeartbeatState.Degraded => '◐',
        HeartbeatState.Down => '✖',
        HeartbeatState.Maintenance => '◇',
        _ => '○',
    };

    private static string Word(HeartbeatState state) => state.ToString().ToLowerInvariant();

    // ECMA-48, 8.3.117: the terminal's own green, yellow, red, cyan and faint.
    private static int Color(HeartbeatState state) => state switch
    {
        HeartbeatState.Up => 32,
        HeartbeatState.Degraded => 33,
        HeartbeatState.Down => 31,
        HeartbeatState.Maintenance => 36,
        _ => 2,
    };

    private static string Cut(string text, int length) => text.Length <= length ? text : length <= 1 ? string.Empty : $"{text.AsSpan(0, length - 1)}…";

    // A line that is wider than it is counted would take two, and the board would creep down the screen.
    private static string Narrow(string text) => string.Create(text.Length, text, (span, source) =>
    {
        for (var index = 0; index < span.Length; index++) span[index] = char.IsControl(source[index]) ? ' ' : source[index] <= LastNarrow ? source[index] : '?';
    });

    /// <summary>A target with its last beats.</summary>
    private sealed class Row(HeartbeatTarget target)
    {
        private const string Bars = "▁▂▃▄▅▆▇█";
        private const char Failed = '×';

        private readonly Queue<TimeSpan?> _latencies = new();

        public HeartbeatTarget Target => target;

        public Heartbeat? Last { get; private set; }

        public HeartbeatState State => Last?.State ?? HeartbeatState.Unknown;

        /// <summary>The last latencies, as parts of the longest one; failures are crosses.</summary>
        public string Sparkline
        {
            get
            {
                var longest = _latencies.Max() ?? TimeSpan.Zero;
                var line = new StringBuilder(LongestSparkline);
                foreach (var latency in _latencies)
                {
                    line.Append(latency is { } took ? Bars[longest == TimeSpan.Zero ? 0 : (int)Math.Min(Bars.Length - 1, took / longest * Bars.Length)] : Failed);
                }

                return line.ToString();
            }
        }

        public void Take(Heartbeat heartbeat)
        {
            Last = heartbeat;
            _latencies.Enqueue(heartbeat.State == HeartbeatState.Down ? null : heartbeat.Latency);
            if (_latencies.Count > LongestSparkline) _latencies.Dequeue();
        }
    }
}
