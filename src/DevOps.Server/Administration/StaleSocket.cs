using DevOps.Core.Servers;

namespace DevOps.Server.Administration;

/// <summary>What a process that was killed left behind: a service manager starts the next one without cleaning up.</summary>
internal static class StaleSocket
{
    /// <summary>Removes a socket that nobody listens at.</summary>
    /// <param name="socketFile">The administration socket.</param>
    /// <param name="running">Makes the error of a process that is still there, of its id.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>A task that ends once the way is free.</returns>
    /// <exception cref="DevOps.Core.DevOpsException">What <paramref name="running"/> makes.</exception>
    public static async Task RemoveAsync(string socketFile, Func<int, Exception> running, CancellationToken ct)
    {
        using var other = new AdministrationClient(socketFile);
        if (await other.GetStatusAsync(ct) is { } status) throw running(status.ProcessId);
        File.Delete(socketFile);
    }
}
