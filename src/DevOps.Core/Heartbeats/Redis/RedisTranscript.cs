using System.Text;
using DevOps.Core.Alerts;

namespace DevOps.Core.Heartbeats.Redis;

/// <summary>
/// What a server answered while a connection was made: its first line, and its errors. The client library keeps to itself
/// which of its greetings was refused, and how.
/// </summary>
internal sealed class RedisTranscript
{
    private const int LongestLine = 200;
    private const int MostErrors = 10;
    private const byte ErrorMark = (byte)'-';

    // RESP, versions 2 and 3: what an answer can begin with.
    private const string Marks = "+-:$*_#,(!=%~>|";

    private readonly List<string> _errors = [];
    private readonly byte[] _line = new byte[LongestLine];
    private int _length;
    private string? _first;

    /// <summary>Why there is no connection, by what the server itself answered.</summary>
    /// <param name="hasPassword">Whether a password was given.</param>
    /// <returns>The cause and what was seen; nothing when its answers do not tell.</returns>
    public (string Cause, string? Evidence)? Fault(bool hasPassword)
    {
        lock (_errors)
        {
            if (_first is null && _length > 0) _first = Line();
            if (_first is { Length: > 0 } first && !Marks.Contains(first[0], StringComparison.Ordinal)) return ("what answers is not a Redis server", OneLine.Of(first, LongestLine));
            return RedisErrors.Worst(_errors) is { } error ? (RedisErrors.Describe(error, hasPassword), null) : null;
        }
    }

    /// <summary>Takes what has come.</summary>
    /// <param name="received">The bytes.</param>
    public void Take(ReadOnlySpan<byte> received)
    {
        lock (_errors)
        {
            foreach (var value in received)
            {
                if (value != (byte)'\n')
                {
                    if (_length < LongestLine) _line[_length++] = value;
                    continue;
                }

                _first ??= Line();
                // Text within an answer never begins a line like this: that of INFO begins with letters and '#'.
                if (_length > 0 && _line[0] == ErrorMark && _errors.Count < MostErrors) _errors.Add(Line()[1..]);
                _length = 0;
            }
        }
    }

    private string Line() => Encoding.Latin1.GetString(_line, 0, _length).TrimEnd('\r');
}
