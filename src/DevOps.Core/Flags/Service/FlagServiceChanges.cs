using System.Globalization;
using System.Net;

namespace DevOps.Core.Flags.Service;

/// <summary>What is to be different about a service; what is nothing stays.</summary>
public sealed record FlagServiceChanges
{
    // Nodes run it as an account of its own, which may open no others.
    private const int LowestPort = 1_024;
    private const int HighestPort = 65_535;

    /// <summary>The port.</summary>
    public int? Port { get; init; }

    /// <summary>The address at which it answers on this machine.</summary>
    public string? ListenAddress { get; init; }

    /// <summary>Whether it starts with the machine.</summary>
    public bool? IsPersistent { get; init; }

    /// <summary>The origins whose pages may ask.</summary>
    public IReadOnlyList<string>? AllowedOrigins { get; init; }

    /// <summary>Makes settings of settings.</summary>
    /// <param name="before">The settings before.</param>
    /// <param name="isOnNodes">Whether it runs on nodes.</param>
    /// <returns>The new ones.</returns>
    /// <exception cref="DevOpsException"><c>PortInvalid</c>, <c>AddressNotUsable</c>, <c>OriginInvalid</c>.</exception>
    internal SavedFlagService ApplyTo(SavedFlagService before, bool isOnNodes)
    {
        if (Port is < LowestPort or > HighestPort)
        {
            throw new DevOpsException("PortInvalid", FailureKind.InvalidInput, string.Create(CultureInfo.InvariantCulture, $"{Port} is no port for the service. Expected {LowestPort} to {HighestPort}."), "Choose another port with -Port.", Port);
        }

        if (ListenAddress is not null && isOnNodes) throw AddressNotUsable("Nodes answer at their private addresses and on loopback, and nowhere else.", "Leave -ListenAddress out.");
        if (ListenAddress is not null && !IPAddress.TryParse(ListenAddress, out _)) throw AddressNotUsable($"'{ListenAddress}' is not an IP address.", "Give -ListenAddress an address of this machine: 127.0.0.1 for this machine only, 0.0.0.0 or :: for everybody who has a token.");
        foreach (var origin in AllowedOrigins ?? []) CheckOrigin(origin);
        return before with
        {
            Port = Port ?? before.Port,
            ListenAddress = ListenAddress ?? before.ListenAddress,
            IsPersistent = IsPersistent ?? before.IsPersistent,
            AllowedOrigins = AllowedOrigins ?? before.AllowedOrigins,
        };
    }

    // As browsers write them: a scheme, a host, a port unless it is the usual one, and nothing behind.
    private static void CheckOrigin(string origin)
    {
        if (Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && string.Equals(uri.GetLeftPart(UriPartial.Authority), origin, StringComparison.OrdinalIgnoreCase)) return;
        throw new DevOpsException("OriginInvalid", FailureKind.InvalidInput, $"'{origin}' is not the origin of a page.", "Give scheme, host and port, and no slash at the end, such as https://shop.example or http://localhost:3000.", origin);
    }

    private DevOpsException AddressNotUsable(string message, string action) => new("AddressNotUsable", FailureKind.InvalidInput, message, action, ListenAddress);
}
