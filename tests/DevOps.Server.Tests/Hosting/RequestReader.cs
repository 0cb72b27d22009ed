using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace DevOps.Server.Tests.Hosting;

/// <summary>A request as it arrived.</summary>
/// <param name="Head">The request line and the headers.</param>
/// <param name="Target">What was asked for.</param>
/// <param name="BodyLength">How long its body was.</param>
internal sealed record TestRequest(string Head, string Target, long BodyLength);

/// <summary>Reads requests from a connection, one after another.</summary>
internal sealed class RequestReader(NetworkStream stream)
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    /// <summary>Reads the next request with its body.</summary>
    public async Task<TestRequest?> ReadAsync()
    {
        if (await ReadHeadAsync() is not { } head) return null;
        var length = head.Contains("transfer-encoding: chunked", StringComparison.OrdinalIgnoreCase) ? await ReadChunksAsync() : await SkipAsync(LengthOf(head));
        return new TestRequest(head, head.Split(' ')[1], length);
    }

    private static long LengthOf(string head)
    {
        const string name = "\r\ncontent-length:";
        var at = head.IndexOf(name, StringComparison.OrdinalIgnoreCase);
        if (at < 0) return 0;
        var end = head.IndexOf("\r\n", at + name.Length, StringComparison.Ordinal);
        return long.Parse(head[(at + name.Length)..(end < 0 ? head.Length : end)].Trim(), CultureInfo.InvariantCulture);
    }

    private async Task<string?> ReadHeadAsync() => await ReadToAsync("\r\n\r\n");

    private async Task<long> ReadChunksAsync()
    {
        var total = 0L;
        while (true)
        {
            var line = await ReadToAsync("\r\n") ?? throw new IOException("The chunks ended early.");
            var size = long.Parse(line.Split(';')[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            await SkipAsync(size);
            await ReadToAsync("\r\n");
            if (size == 0) return total;
            total += size;
        }
    }

    private async Task<string?> ReadToAsync(string end)
    {
        var mark = Encoding.ASCII.GetBytes(end);
        while (true)
        {
            var at = _buffer.AsSpan(_start, _end - _start).IndexOf(mark);
            if (at >= 0)
            {
                var text = Encoding.Latin1.GetString(_buffer, _start, at);
                _start += at + mark.Length;
                return text;
            }

            if (!await FillAsync()) return null;
        }
    }

    private async Task<long> SkipAsync(long length)
    {
        var rest = length;
        while (rest > 0)
        {
            if (_start == _end && !await FillAsync()) throw new IOException("The body ended early.");
            var part = (int)Math.Min(rest, _end - _start);
            _start += part;
            rest -= part;
        }

        return length;
    }

    private async Task<bool> FillAsync()
    {
        if (_start > 0)
        {
            Buffer.BlockCopy(_buffer, _start, _buffer, 0, _end - _start);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length) throw new IOException("The head is too long.");
        var read = await stream.ReadAsync(_buffer.AsMemory(_end));
        _end += read;
        return read > 0;
    }
}
