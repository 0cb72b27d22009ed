namespace DevOps.Core.Flags.Service;

/// <summary>The service of a flag server, as it is kept in <c>flags/services/NAME.json</c> of the state folder.</summary>
public sealed record SavedFlagService
{
    /// <summary>The port when nothing else is said; 8016 is left to flagd, which may run beside it.</summary>
    public const int UsualPort = 8014;

    /// <summary>The port at which it answers.</summary>
    public int Port { get; set; } = UsualPort;

    /// <summary>The address at which it answers on this machine; loopback when nothing. Nodes answer at their private addresses.</summary>
    public string? ListenAddress { get; init; }

    /// <summary>Whether it starts with the machine.</summary>
    public bool IsPersistent { get; init; }

    /// <summary>The origins whose pages may ask.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; set; } = [];

    /// <summary>Whom it answers.</summary>
    public IReadOnlyList<FlagServiceToken> Tokens { get; set; } = [];
}
