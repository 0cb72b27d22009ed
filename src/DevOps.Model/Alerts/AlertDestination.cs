namespace DevOps.Model;

/// <summary>How alerts reach a destination.</summary>
public enum AlertDestinationKind
{
    /// <summary>An HTTP POST of the alert as JSON, signed.</summary>
    Webhook,

    /// <summary>A command on this machine that gets the alert as JSON on its standard input.</summary>
    Command,
}

/// <summary>Where alerts go.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">How they reach it.</param>
/// <param name="Uri">The webhook's address, for a webhook.</param>
/// <param name="Command">The program and its arguments, for a command.</param>
/// <param name="MinimumSeverity">The least severity that is sent. A recovery is sent when its alert was.</param>
/// <param name="Source">Only alerts whose source is like this pattern are sent; <c>*</c> for all.</param>
/// <param name="IsSigned">Whether deliveries bear a signature.</param>
/// <param name="Timeout">How long it may take to take one alert.</param>
/// <param name="Waiting">How many alerts wait to be sent, or to be sent again.</param>
/// <param name="LastDelivery">The last delivery, if there was one.</param>
public record AlertDestination(
    string Name,
    AlertDestinationKind Kind,
    Uri? Uri,
    IReadOnlyList<string>? Command,
    AlertSeverity MinimumSeverity,
    string Source,
    bool IsSigned,
    TimeSpan Timeout,
    int Waiting,
    AlertDelivery? LastDelivery);

/// <summary>
/// A destination that was just added, with the secret that was made for it. This is the only time that the secret is
/// shown: whoever receives the alerts needs it to check their signatures.
/// </summary>
public sealed record AlertDestinationWithSecret : AlertDestination
{
    /// <summary>Adds a secret to a destination.</summary>
    /// <param name="destination">The destination.</param>
    /// <param name="secret">The secret, as Standard Webhooks writes it: <c>whsec_</c> and base64.</param>
    public AlertDestinationWithSecret(AlertDestination destination, string secret)
        : base(destination) => Secret = secret;

    /// <summary>The secret, as Standard Webhooks writes it: <c>whsec_</c> and base64.</summary>
    public string Secret { get; }

    /// <summary>Names the destination, without its secret.</summary>
    /// <returns>The name.</returns>
    public override string ToString() => Name;
}

/// <summary>What became of sending one alert to one destination.</summary>
/// <param name="Alert">The alert's id.</param>
/// <param name="Destination">The destination's name.</param>
/// <param name="At">When the last attempt ended.</param>
/// <param name="IsDelivered">Whether the destination took it.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Cause">Why it was not taken, in words; nothing when it was.</param>
/// <param name="Duration">How long the last attempt took.</param>
public sealed record AlertDelivery(
    string Alert,
    string Destination,
    DateTimeOffset At,
    bool IsDelivered,
    int Attempts,
    string? Cause,
    TimeSpan Duration)
{
    /// <summary>Says what became of it.</summary>
    /// <returns><c>delivered</c>, or why not.</returns>
    public override string ToString() => IsDelivered ? "delivered" : Cause ?? "not delivered";
}
