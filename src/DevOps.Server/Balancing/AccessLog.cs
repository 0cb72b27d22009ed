using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.Features;

namespace DevOps.Server.Balancing;

/// <summary>
/// Writes a line a request in the combined log format (<c>%h %l %u %t "%r" %&gt;s %b "%{Referer}i" "%{User-agent}i"</c>, as Apache
/// defines it), for whatever reads such logs. A request only appends bytes to a buffer in memory; a task of its own writes
/// the buffer to the file, several times a second. When the disk cannot follow, lines are dropped and counted: requests
/// never wait for their log.
/// </summary>
internal sealed class AccessLog : IAsyncDisposable
{
    private const int BufferSize = 4 * 1024 * 1024;
    private const int LongestLine = 8 * 1024;
    private const long LongestFile = 256L * 1024 * 1024;
    private static readonly TimeSpan FlushInterval = TimeSpan.FromMilliseconds(250);

    private const int OpenAttempts = 20;
    private static readonly TimeSpan OpenPause = TimeSpan.FromMilliseconds(10);

    private readonly Lock _lock = new();
    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _writing;
    private byte[] _filling = new byte[BufferSize];
    private byte[] _emptying = new byte[BufferSize];
    private int _filled;
    private long _dropped;
    private long _second;
    private byte[] _stamp = [];
    private volatile bool _hasFailed;

    /// <summary>Opens the log.</summary>
    /// <param name="path">The file, which is appended to.</param>
    /// <param name="time">The clock.</param>
    public AccessLog(string path, TimeProvider time)
    {
        _path = path;
        _time = time;
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>Lines that were dropped because the disk could not follow.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Adds a line.</summary>
    /// <param name="context">The exchange, which is over.</param>
    /// <param name="sent">How many bytes of body went out.</param>
    public void Write(HttpContext context, long sent)
    {
        Span<byte> line = stackalloc byte[1_024];
        var stamp = Stamp();
        var writer = new LineWriter(line);
        if (!Compose(ref writer, context, sent, stamp))
        {
            Span<byte> longLine = new byte[LongestLine];
            writer = new LineWriter(longLine);
            Compose(ref writer, context, sent, stamp);
            writer.EndCut();
            Append(writer.Written);
            return;
        }

        Append(writer.Written);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _writing;
        _stopping.Dispose();
    }

    private static bool Compose(ref LineWriter writer, HttpContext context, long sent, byte[] stamp)
    {
        writer.Address(context.Connection.RemoteIpAddress);
        writer.Raw(" - - ["u8);
        writer.Raw(stamp);
        writer.Raw("] \""u8);
        writer.Quoted(context.Request.Method);
        writer.Raw(" "u8);
        writer.Quoted(context.Features.Get<IHttpRequestFeature>()!.RawTarget);
        writer.Raw(" "u8);
        writer.Quoted(context.Request.Protocol);
        writer.Raw("\" "u8);
        writer.Number(context.Response.StatusCode);
        writer.Raw(" "u8);
        if (sent > 0) writer.Number(sent);
        else writer.Raw("-"u8);
        writer.Raw(" \""u8);
        writer.Quoted(Text(context.Request.Headers.Referer));
        writer.Raw("\" \""u8);
        writer.Quoted(Text(context.Request.Headers.UserAgent));
        writer.Raw("\"\n"u8);
        return writer.IsWhole;
    }

    private static string Text(Microsoft.Extensions.Primitives.StringValues values) => values.Count == 0 ? "-" : values.ToString();

    private void Append(ReadOnlySpan<byte> line)
    {
        lock (_lock)
        {
            if (line.Length > _filling.Length - _filled)
            {
                _dropped++;
                return;
            }

            line.CopyTo(_filling.AsSpan(_filled));
            _filled += line.Length;
        }
    }

    // The same for a whole second.
    private byte[] Stamp()
    {
        var now = _time.GetUtcNow();
        var second = now.ToUnixTimeSeconds();
        if (Interlocked.Read(ref _second) == second) return Volatile.Read(ref _stamp);
        var stamp = Encoding.ASCII.GetBytes(now.ToString("dd/MMM/yyyy:HH:mm:ss +0000", CultureInfo.InvariantCulture));
        Volatile.Write(ref _stamp, stamp);
        Interlocked.Exchange(ref _second, second);
        return stamp;
    }

    private async Task WriteAsync()
    {
        using var timer = new PeriodicTimer(FlushInterval, _time);
        var isLast = false;
        while (!isLast)
        {
            try
            {
                await timer.WaitForNextTickAsync(_stopping.Token);
            }
            catch (OperationCanceledException)
            {
                isLast = true;
            }

            await FlushAsync();
        }
    }

    private async Task FlushAsync()
    {
        int length;
        lock (_lock)
        {
            (_filling, _emptying) = (_emptying, _filling);
            (length, _filled) = (_filled, 0);
        }

        if (length == 0) return;
        try
        {
            // Opened each time, so that a file that was moved away by a log rotation is made anew.
            await using var file = await OpenAloneAsync();
            await file.WriteAsync(_emptying.AsMemory(0, length), CancellationToken.None);
            _hasFailed = false;
            if (file.Length > LongestFile) File.Move(_path, _path + ".1", overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Interlocked.Add(ref _dropped, _emptying.AsSpan(0, length).Count((byte)'\n'));
            if (_hasFailed) return;
            _hasFailed = true;
            await Console.Error.WriteLineAsync($"The access log '{_path}' cannot be written: {exception.Message}");
        }
    }

    // Two processes write for a moment while one hands over to the other, and neither may write over the other's lines.
    private async Task<FileStream> OpenAloneAsync()
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return Open();
            }
            catch (IOException) when (attempt < OpenAttempts && File.Exists(_path))
            {
                await Task.Delay(OpenPause, _time);
            }
        }
    }

    private FileStream Open()
    {
        var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(_path, options);
    }
}
