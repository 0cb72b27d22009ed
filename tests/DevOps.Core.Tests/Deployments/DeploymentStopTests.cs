using System.Net.Sockets;
using DevOps.Core.Deployments;
using DevOps.Core.Operations;
using DevOps.Core.Servers;
using DevOps.Core.Tests.Deployments.Fakes;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Core.Tests.Deployments;

public sealed class DeploymentStopTests : IDisposable
{
    private readonly DeploymentBed _bed = new(FakeFleets.Of("web-1"));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _bed.Dispose();

    [Fact]
    public async Task A_worker_whose_socket_is_gone_is_not_taken_for_stopped()
    {
        var id = _bed.Request("1");
        await using var worker = await _bed.Store.TakeAsync(id, Cancellation);

        var failure = await Failing.WithAsync("DeploymentNotReachable", () => StopAsync(id));

        Assert.Contains(ServerFiles.For(_bed.State, DeploymentService.Role, id).SocketFile, failure.Message, StringComparison.Ordinal);
        Assert.Contains($"kill -TERM \"$(cat '{_bed.Store.LockPath(id)}')\"", failure.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_that_hangs_is_named_with_the_ways_out()
    {
        var id = _bed.Request("1");
        await using var worker = await _bed.Store.TakeAsync(id, Cancellation);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(ServerFiles.For(_bed.State, DeploymentService.Role, id).SocketFile));
        socket.Listen();

        var failure = await Failing.WithAsync("DeploymentNotReachable", () => StopAsync(id));

        Assert.Contains($"process {Environment.ProcessId}", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"Invoke-Deployment -Resume {id}", failure.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_that_dies_before_it_can_be_asked_leaves_the_deployment_interrupted()
    {
        var id = _bed.Request("1");
        var stopping = StopAsync(id);

        // As one that came up and died in between leaves it.
        await File.WriteAllTextAsync(_bed.Store.LockPath(id), "1", Cancellation);

        Assert.Equal(DeploymentState.Interrupted, (await stopping).State);
    }

    private Task<Deployment> StopAsync(string id) =>
        new DeploymentService(_bed.State) { AnswerTimeout = TimeSpan.FromSeconds(1) }.StopAsync(id, new Progress<OperationMessage>(), Cancellation);
}
