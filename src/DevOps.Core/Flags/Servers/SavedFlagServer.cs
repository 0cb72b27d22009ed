namespace DevOps.Core.Flags.Servers;

/// <summary>A node, as it is kept.</summary>
/// <param name="Name">The droplet's name, else the address.</param>
/// <param name="Address">Where the other nodes reach it: the droplet's private address.</param>
/// <param name="Port">Its port.</param>
/// <param name="DropletId">The droplet's number; nothing when the node is no droplet and is reached directly.</param>
public sealed record SavedFlagServerNode(string Name, string Address, int Port, long? DropletId = null);

/// <summary>A login, as it is kept.</summary>
/// <param name="User">The account's name; nothing for the server's default account.</param>
/// <param name="Password">The password, if it has one. It is never shown, logged or written anywhere else.</param>
public sealed record SavedFlagServerLogin(string? User, string? Password)
{
    /// <summary>Names the account, without the password.</summary>
    /// <returns>The account.</returns>
    public override string ToString() => User ?? "default";
}

/// <summary>A server of feature flags, as it is kept.</summary>
/// <param name="Name">Its name.</param>
public sealed record SavedFlagServer(string Name)
{
    /// <summary>The fleet that it is installed on, if it is.</summary>
    public string? Fleet { get; init; }

    /// <summary>The cloud connection that the fleet was found with.</summary>
    public string? Connection { get; init; }

    /// <summary>The address by which it was named: <c>redis://HOST:PORT</c>, or <c>rediss</c> with TLS. Nothing when it is installed on a fleet.</summary>
    public Uri? Uri { get; init; }

    /// <summary>Which node was made master last. Who is master now, the nodes themselves tell.</summary>
    public string? Master { get; init; }

    /// <summary>The node that a planned fail-over makes master, while it is under way.</summary>
    public string? SwitchingTo { get; init; }

    /// <summary>Its nodes.</summary>
    public IReadOnlyList<SavedFlagServerNode> Nodes { get; init; } = [];

    /// <summary>The passwords of the accounts that an installation makes; none when it was named by an address.</summary>
    public IReadOnlyDictionary<FlagServerUser, string> Passwords { get; init; } = new Dictionary<FlagServerUser, string>();

    /// <summary>The one login of a server that was named by an address.</summary>
    public SavedFlagServerLogin? Login { get; init; }

    /// <summary>Gives the login of an account.</summary>
    /// <param name="user">The account.</param>
    /// <returns>The login; a server that was named by an address has the one that was given with it.</returns>
    public SavedFlagServerLogin LoginOf(FlagServerUser user) =>
        Passwords.TryGetValue(user, out var password) ? new SavedFlagServerLogin(FlagServerAccounts.NameOf(user), password) : Login ?? new SavedFlagServerLogin(User: null, Password: null);

    /// <summary>Names the server, without its passwords.</summary>
    /// <returns>The name.</returns>
    public override string ToString() => Name;
}
