using DevOps.Core.Servers;

namespace DevOps.Server.Administration;

/// <summary>The life of a process that serves until it is told to stop.</summary>
internal interface IServerProcess : IAsyncDisposable
{
    /// <summary>Runs until it is told to stop.</summary>
    /// <returns>A task that ends when what was begun is finished.</returns>
    Task RunAsync();

    /// <summary>Ends the process once what it has begun is finished.</summary>
    void Stop();

    /// <summary>Says why the process cannot work.</summary>
    /// <param name="failure">Why.</param>
    void Fail(ServerFailure failure);

    /// <summary>Waits until the process is told to stop.</summary>
    /// <param name="longest">How long at most.</param>
    /// <returns>A task that ends then.</returns>
    Task WaitForStopAsync(TimeSpan longest);
}
