using System.Text;
using DevOps.Core.Operations;

namespace DevOps.Core.Releases;

/// <summary>Hands a build's output on, line by line, and remembers the last ones for an error.</summary>
/// <param name="application">The application, which stands before each line.</param>
/// <param name="progress">Hears the lines.</param>
internal sealed class BuildLog(string application, IProgress<OperationMessage> progress)
{
    private const int LongestLine = 2_000;
    private const int Remembered = 15;
    private const int BufferSize = 4_096;
    private const char Escape = '\u001b';

    private readonly Lock _gate = new();
    private readonly Queue<string> _last = new();

    /// <summary>The last lines, one below the other.</summary>
    public string LastLines
    {
        get
        {
            lock (_gate) return string.Join('\n', _last);
        }
    }

    /// <summary>Reads one of the build's streams to its end.</summary>
    /// <param name="reader">The stream.</param>
    /// <param name="ct">Ends the reading.</param>
    /// <returns>A task that ends with the stream.</returns>
    public async Task ReadAsync(TextReader reader, CancellationToken ct)
    {
        var buffer = new char[BufferSize];
        var line = new StringBuilder();
        while (await reader.ReadAsync(buffer, ct) is var count and > 0)
        {
            foreach (var character in buffer.AsSpan(0, count))
            {
                // A progress bar repaints its line by a carriage return; a build that never ends its line is cut.
                if (character is not ('\n' or '\r')) line.Append(character);
                if (character is '\n' or '\r' || line.Length == LongestLine) Write(line);
            }
        }

        Write(line);
    }

    private void Write(StringBuilder line)
    {
        var text = Clean(line.ToString());
        line.Clear();
        if (text.Length == 0) return;
        lock (_gate)
        {
            _last.Enqueue(text);
            if (_last.Count > Remembered) _last.Dequeue();
        }

        progress.Report(new InformationMessage($"{application} | {text}"));
    }

    // The output is of pushed code and lands on somebody's terminal: nothing in it may steer that.
    private static string Clean(string line)
    {
        var clean = new StringBuilder(line.Length);
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == Escape && i + 1 < line.Length && line[i + 1] == '[')
            {
                i += 2;
                while (i < line.Length && line[i] is < '@' or > '~') i++;
            }
            else if (line[i] == '\t' || !char.IsControl(line[i]))
            {
                clean.Append(line[i]);
            }
        }

        return clean.ToString().TrimEnd();
    }
}
