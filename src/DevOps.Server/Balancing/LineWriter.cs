using System.Buffers;
using System.Buffers.Text;
using System.Net;

namespace DevOps.Server.Balancing;

/// <summary>
/// Puts a log line together in memory that is given. Text from outside is written so that it can neither end its quotes nor
/// its line: what is not printable ASCII, a quote or a backslash becomes <c>\xHH</c>, as nginx does.
/// </summary>
/// <param name="memory">Where the line goes.</param>
internal ref struct LineWriter(Span<byte> memory)
{
    private const int Escape = 4;

    private static readonly SearchValues<char> Plain = SearchValues.Create(
        " !#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    private readonly Span<byte> _memory = memory;
    private int _length;

    /// <summary>Whether everything had room.</summary>
    public bool IsWhole { get; private set; } = true;

    /// <summary>The line so far.</summary>
    public readonly ReadOnlySpan<byte> Written => _memory[.._length];

    /// <summary>Adds bytes as they are.</summary>
    /// <param name="text">The bytes.</param>
    public void Raw(ReadOnlySpan<byte> text)
    {
        if (!HasRoom(text.Length)) return;
        text.CopyTo(_memory[_length..]);
        _length += text.Length;
    }

    /// <summary>Adds a number.</summary>
    /// <param name="number">The number.</param>
    public void Number(long number)
    {
        if (Utf8Formatter.TryFormat(number, _memory[_length..], out var written)) _length += written;
        else IsWhole = false;
    }

    /// <summary>Adds an address.</summary>
    /// <param name="address">The address, if there is one.</param>
    public void Address(IPAddress? address)
    {
        if (address is null) Raw("-"u8);
        else if (address.TryFormat(_memory[_length..], out var written)) _length += written;
        else IsWhole = false;
    }

    /// <summary>Adds text from outside.</summary>
    /// <param name="text">The text.</param>
    public void Quoted(string text)
    {
        if (text.AsSpan().IndexOfAnyExcept(Plain) < 0)
        {
            if (HasRoom(text.Length)) _length += System.Text.Encoding.ASCII.GetBytes(text, _memory[_length..]);
            return;
        }

        foreach (var character in text)
        {
            if (Plain.Contains(character))
            {
                if (!HasRoom(1)) return;
                _memory[_length++] = (byte)character;
            }
            else if (HasRoom(Escape))
            {
                // Kestrel reads header bytes as Latin-1, so a character is a byte; what is not is no text of a request line.
                "\\x"u8.CopyTo(_memory[_length..]);
                _ = Utf8Formatter.TryFormat((byte)character, _memory[(_length + 2)..], out _, new StandardFormat('X', 2));
                _length += Escape;
            }
            else
            {
                return;
            }
        }
    }

    /// <summary>Ends a line that had no room with a line end all the same.</summary>
    public void EndCut()
    {
        if (IsWhole) return;
        if (_length == _memory.Length) _length--;
        _memory[_length++] = (byte)'\n';
    }

    private bool HasRoom(int length)
    {
        if (IsWhole && length <= _memory.Length - _length) return true;
        IsWhole = false;
        return false;
    }
}
