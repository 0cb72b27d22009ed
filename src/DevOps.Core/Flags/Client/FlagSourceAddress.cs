namespace DevOps.Core.Flags.Client;

/// <summary>Where a client finds its flags, and who logs in.</summary>
/// <param name="Host">The name or address of the master, or of a replica near by.</param>
/// <param name="Port">The port.</param>
/// <param name="UserName">Who logs in; the default user when nothing.</param>
/// <param name="Password">The password, if there is one. It is never shown, logged or written anywhere.</param>
public sealed record FlagSourceAddress(string Host, int Port, string? UserName = null, string? Password = null)
{
    /// <summary>Whether the connection is encrypted.</summary>
    public bool IsEncrypted { get; init; }

    /// <summary>Names the address, without the password.</summary>
    /// <returns>The address.</returns>
    public override string ToString() => $"{Host}:{Port}";
}
