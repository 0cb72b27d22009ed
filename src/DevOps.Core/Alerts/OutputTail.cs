using System.Text;

namespace DevOps.Core.Alerts;

/// <summary>Reads what a command writes, so that it never waits for a reader, and keeps the end of it.</summary>
internal static class OutputTail
{
    private const int BufferSize = 4_096;
    private const int Kept = 1_000;

    /// <summary>Reads a stream to its end.</summary>
    /// <param name="reader">The stream.</param>
    /// <param name="ct">Ends the reading; what was read until then counts.</param>
    /// <returns>The last part of the text.</returns>
    public static async Task<string> ReadAsync(TextReader reader, CancellationToken ct)
    {
        var tail = new StringBuilder();
        var buffer = new char[BufferSize];
        try
        {
            while (await reader.ReadAsync(buffer, ct) is var count and > 0)
            {
                tail.Append(buffer, 0, count);
                if (tail.Length > Kept) tail.Remove(0, tail.Length - Kept);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // Whoever still holds the other end has nothing more to say about this attempt.
        }

        return tail.ToString();
    }
}
