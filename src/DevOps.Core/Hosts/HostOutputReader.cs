using System.Text;

namespace DevOps.Core.Hosts;

/// <summary>
/// Reads one output stream of a command to its end: tells each line as it comes, and keeps the text. However much a command
/// writes, and whether it ever ends a line, it takes no more memory than <see cref="HostSession.CapturedCharacters"/> asks for.
/// </summary>
/// <param name="isError">Whether it is standard error.</param>
/// <param name="onLine">Told each line, from the reader's own thread.</param>
internal sealed class HostOutputReader(bool isError, Action<HostOutputLine>? onLine)
{
    /// <summary>What is told of a line at once; a longer one is told in parts.</summary>
    public const int LongestLine = 16 * 1024;

    private readonly Lock _capturing = new();
    private readonly StringBuilder _captured = new();
    private readonly StringBuilder _line = new();

    /// <summary>What was read so far, or the end of it when that is too much.</summary>
    public string Captured
    {
        get
        {
            lock (_capturing) return _captured.ToString();
        }
    }

    /// <summary>
    /// Reads until the stream ends. The library's streams have no asynchronous reads: they block a thread for as long as the
    /// command runs, so this takes a thread of its own instead of one of the pool's few.
    /// </summary>
    /// <param name="stream">The stream.</param>
    /// <returns>A task that ends with the stream.</returns>
    public Task ReadToEndAsync(Stream stream) =>
        Task.Factory.StartNew(() => ReadToEnd(stream), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void ReadToEnd(Stream stream)
    {
        using var reader = new StreamReader(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), detectEncodingFromByteOrderMarks: false);
        var buffer = new char[8192];
        int length;
        while ((length = reader.Read(buffer, 0, buffer.Length)) > 0) Take(buffer.AsSpan(0, length));
        if (_line.Length > 0) EndLine();
    }

    private void Take(ReadOnlySpan<char> text)
    {
        lock (_capturing)
        {
            _captured.Append(text);
            if (_captured.Length > 2 * HostSession.CapturedCharacters) _captured.Remove(0, _captured.Length - HostSession.CapturedCharacters);
        }

        if (onLine is null) return;
        int end;
        while ((end = text.IndexOf('\n')) >= 0)
        {
            Grow(text[..end]);
            EndLine();
            text = text[(end + 1)..];
        }

        Grow(text);
    }

    private void Grow(ReadOnlySpan<char> text)
    {
        while (_line.Length + text.Length > LongestLine)
        {
            var part = LongestLine - _line.Length;
            _line.Append(text[..part]);
            text = text[part..];
            // Both halves of a character stay together.
            char? half = char.IsHighSurrogate(_line[^1]) ? _line[^1] : null;
            if (half is not null) _line.Length--;
            EndLine();
            if (half is { } first) _line.Append(first);
        }

        _line.Append(text);
    }

    private void EndLine()
    {
        onLine?.Invoke(new HostOutputLine(isError, _line.ToString().TrimEnd('\r')));
        _line.Clear();
    }
}
