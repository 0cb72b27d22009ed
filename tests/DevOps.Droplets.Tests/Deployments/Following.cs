using System.Threading.Channels;
using DevOps.Core.Operations;
using DevOps.Droplets.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Droplets.Tests.Deployments;

/// <summary>A deployment that a worker process carries out, followed as a cmdlet follows it.</summary>
public sealed class Following
{
    private readonly Channel<string> _said = Channel.CreateUnbounded<string>();

    /// <summary>Begins to follow.</summary>
    /// <param name="id">The deployment's id.</param>
    /// <param name="follow">Follows it and tells what it hears.</param>
    public Following(string id, Func<IProgress<OperationMessage>, Task<Deployment>> follow)
    {
        Id = id;
        Deployment = FollowAsync(follow);
    }

    /// <summary>The deployment's id.</summary>
    public string Id { get; }

    /// <summary>The deployment, once it has ended.</summary>
    public Task<Deployment> Deployment { get; }

    /// <summary>Waits until something is said, or shown as progress.</summary>
    /// <param name="text">A part of it.</param>
    /// <returns>A task that ends once it was said; it fails when the deployment ends before.</returns>
    public async Task SaidAsync(string text)
    {
        await foreach (var line in _said.Reader.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            if (line.Contains(text, StringComparison.Ordinal)) return;
        }

        var ended = await Deployment;
        Assert.Fail($"The deployment ended as {ended.State} without saying '{text}': {ended.Cause}");
    }

    private async Task<Deployment> FollowAsync(Func<IProgress<OperationMessage>, Task<Deployment>> follow)
    {
        try
        {
            return await follow(new Told(message =>
            {
                if (message is InformationMessage { Text: var text }) _said.Writer.TryWrite(text);
                if (message is ProgressMessage { Status: var status }) _said.Writer.TryWrite(status);
            }));
        }
        finally
        {
            _said.Writer.Complete();
        }
    }
}
