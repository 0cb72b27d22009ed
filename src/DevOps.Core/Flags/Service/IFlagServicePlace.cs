using DevOps.Core.Operations;
using DevOps.Model;

namespace DevOps.Core.Flags.Service;

/// <summary>Where a service runs: this machine, or a node of the flag server.</summary>
internal interface IFlagServicePlace : IAsyncDisposable
{
    /// <summary>What it is called.</summary>
    string Node { get; }

    /// <summary>Has it run with its settings; one that runs so already is left alone.</summary>
    /// <param name="service">The settings.</param>
    /// <param name="progress">Hears what is done.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>A task that ends once it answers.</returns>
    Task StartAsync(SavedFlagService service, IProgress<OperationMessage> progress, CancellationToken ct);

    /// <summary>Tells one that is there whom it answers.</summary>
    /// <param name="service">The settings.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>A task that ends once it is told, which it heeds within a second.</returns>
    Task AdmitAsync(SavedFlagService service, CancellationToken ct);

    /// <summary>Says how it is.</summary>
    /// <param name="service">The settings.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>How it is.</returns>
    Task<FeatureFlagService> DescribeAsync(SavedFlagService service, CancellationToken ct);

    /// <summary>Ends it.</summary>
    /// <param name="isRemoved">Whether its program and its files go as well.</param>
    /// <param name="service">The settings.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>A task that ends once it has ended.</returns>
    Task StopAsync(SavedFlagService service, bool isRemoved, CancellationToken ct);
}
