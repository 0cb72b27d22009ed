using DevOps.Model;

namespace DevOps.Core.Alerts;

/// <summary>A destination as it is kept: with its secret.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">How alerts reach it.</param>
/// <param name="Uri">The webhook's address, for a webhook.</param>
/// <param name="Secret">The webhook's secret, for a webhook. It is never shown, logged or written anywhere else.</param>
/// <param name="Command">The program's full path and its arguments, for a command.</param>
/// <param name="MinimumSeverity">The least severity that is sent.</param>
/// <param name="Source">The pattern of the sources whose alerts are sent.</param>
/// <param name="Timeout">How long it may take to take one alert.</param>
/// <param name="AddedAt">When it was added. What was delivered before went to another destination of this name.</param>
public sealed record SavedAlertDestination(
    string Name,
    AlertDestinationKind Kind,
    Uri? Uri,
    string? Secret,
    IReadOnlyList<string>? Command,
    AlertSeverity MinimumSeverity,
    string Source,
    TimeSpan Timeout,
    DateTimeOffset AddedAt)
{
    /// <summary>Names the destination, without its secret.</summary>
    /// <returns>The name.</returns>
    public override string ToString() => Name;
}
