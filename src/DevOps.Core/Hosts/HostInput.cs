using System.Buffers;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace DevOps.Core.Hosts;

/// <summary>A command that was started, with its end.</summary>
/// <param name="Completion">Ends with the command.</param>
internal sealed record HostExecution(Task Completion);

/// <summary>What a command reads from its standard input.</summary>
internal sealed class HostInput
{
    private const int BlockSize = 64 * 1024;

    private readonly Stream _source;
    private readonly byte[] _first;

    private HostInput(Stream source, byte[] first)
    {
        _source = source;
        _first = first;
    }

    /// <summary>Opens an input.</summary>
    /// <param name="source">The stream, or nothing.</param>
    /// <param name="ct">Ends the reading of its beginning.</param>
    /// <returns>The input; nothing when the stream is empty, for the library never sends the end of an input without content.</returns>
    public static async Task<HostInput?> OpenAsync(Stream? source, CancellationToken ct)
    {
        if (source is null) return null;
        var first = new byte[BlockSize];
        var length = await source.ReadAsync(first, ct);
        return length == 0 ? null : new HostInput(source, first[..length]);
    }

    /// <summary>Sends all of it, then its end. A command that ends without having read it all is no failure: its exit code says how it went.</summary>
    /// <param name="command">The running command.</param>
    /// <param name="execution">Its execution.</param>
    /// <returns>A task that ends when it is sent or nobody reads it any more.</returns>
    public Task SendAsync(SshCommand command, HostExecution execution) =>
        // Writing waits for the droplet's window and has no asynchronous form: a thread of its own.
        Task.Factory.StartNew(() => Send(command, execution), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Send(SshCommand command, HostExecution execution)
    {
        var block = ArrayPool<byte>.Shared.Rent(BlockSize);
        try
        {
            using var target = command.CreateInputStream();
            target.Write(_first);
            int length;
            while (!execution.Completion.IsCompleted && (length = _source.Read(block, 0, block.Length)) > 0) target.Write(block, 0, length);
        }
        catch (Exception exception) when (exception is SshException or ObjectDisposedException or InvalidOperationException)
        {
            // The channel closed under the write: the command has ended or is just ending, and its result tells.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }
}
