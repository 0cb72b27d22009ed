using System.Net;
using System.Net.Sockets;

namespace DevOps.Core.Tests.Flags.Faults;

/// <summary>A network between two sides of a test. Cut, nothing passes, and neither side is told; healed, everything goes on where it was held up.</summary>
internal sealed class TcpRelay : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly IPEndPoint _target;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;
    private volatile TaskCompletionSource _open = Opened();

    /// <summary>Listens, and passes on.</summary>
    /// <param name="from">Where it listens.</param>
    /// <param name="target">Where it passes to.</param>
    public TcpRelay(IPEndPoint from, IPEndPoint target)
    {
        _listener = new TcpListener(from);
        _target = target;
        _listener.Start();
        _accepting = Task.Run(AcceptAsync);
    }

    /// <summary>Lets nothing pass from now on.</summary>
    public void Cut() => _open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Lets everything pass again.</summary>
    public void Heal() => _open.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _stopping.Dispose();
    }

    private static TaskCompletionSource Opened()
    {
        var opened = new TaskCompletionSource();
        opened.SetResult();
        return opened;
    }

    private async Task AcceptAsync()
    {
        List<Task> connections = [];
        try
        {
            while (true) connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stopping.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient caller)
    {
        using var owned = caller;
        using var target = new TcpClient();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        try
        {
            await _open.Task.WaitAsync(ended.Token);
            await target.ConnectAsync(_target, ended.Token);
            var there = PassAsync(caller.GetStream(), target.GetStream(), ended.Token);
            var back = PassAsync(target.GetStream(), caller.GetStream(), ended.Token);
            await Task.WhenAny(there, back);
            await ended.CancelAsync();
            await Task.WhenAll(there, back);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or SocketException)
        {
            // One side has gone: so does the other.
        }
    }

    private async Task PassAsync(NetworkStream from, NetworkStream to, CancellationToken ct)
    {
        var buffer = new byte[64 * 1024];
        while (await from.ReadAsync(buffer, ct) is > 0 and var length)
        {
            await _open.Task.WaitAsync(ct);
            await to.WriteAsync(buffer.AsMemory(0, length), ct);
        }

        // That one side has ended is not known on the other side of a cut either.
        await _open.Task.WaitAsync(ct);
    }
}
