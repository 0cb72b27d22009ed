using DevOps.Model;

namespace DevOps.Core.Alerts;

/// <summary>A destination as somebody wants it. It has either a webhook's address or a command.</summary>
/// <param name="Name">Its name.</param>
public sealed record AlertDestinationRequest(string Name)
{
    /// <summary>The webhook's address.</summary>
    public Uri? Uri { get; init; }

    /// <summary>The webhook's secret; nothing to have one made.</summary>
    public string? Secret { get; init; }

    /// <summary>The command's program.</summary>
    public string? Program { get; init; }

    /// <summary>The command's arguments.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>The least severity that is sent.</summary>
    public AlertSeverity MinimumSeverity { get; init; } = AlertSeverity.Warning;

    /// <summary>The pattern of the sources whose alerts are sent.</summary>
    public string Source { get; init; } = "*";

    /// <summary>How long it may take to take one alert.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Whether it may take the place of one of that name.</summary>
    public bool Replaces { get; init; }

    /// <summary>Names the destination, without its secret.</summary>
    /// <returns>The name.</returns>
    public override string ToString() => Name;
}
