using DevOps.Core.State;

namespace DevOps.Core.DigitalOcean;

/// <summary>An account that commands work with: its connection, the API and what exists there.</summary>
public sealed class CloudSession : IDisposable
{
    /// <summary>The name of the connection that the environment variables make. No saved connection can have it.</summary>
    public const string EnvironmentConnection = "environment";

    /// <summary>The environment variable with the token.</summary>
    public const string TokenVariable = "DIGITALOCEAN_ACCESS_TOKEN";

    /// <summary>The environment variable with the API's address.</summary>
    public const string AddressVariable = "DIGITALOCEAN_API_URL";

    private CloudSession(StateFolder state, SavedConnection connection)
    {
        Connection = connection;
        Names = new SeenNames(state, connection.Name);
        Client = new DigitalOceanClient(connection);
        Droplets = new DropletInventory(Client, Names);
    }

    /// <summary>The connection that is used.</summary>
    public SavedConnection Connection { get; }

    /// <summary>The API.</summary>
    public DigitalOceanClient Client { get; }

    /// <summary>What was last seen there, for completion.</summary>
    internal SeenNames Names { get; }

    /// <summary>What exists.</summary>
    public DropletInventory Droplets { get; }

    /// <summary>
    /// Opens a session: with the named connection, else the selected one, else the one that the environment variables
    /// <c>DIGITALOCEAN_ACCESS_TOKEN</c> and <c>DIGITALOCEAN_API_URL</c> make. Sends nothing.
    /// </summary>
    /// <param name="state">The installation's state folder.</param>
    /// <param name="connectionName">A connection's name, or nothing.</param>
    /// <returns>The session.</returns>
    /// <exception cref="DevOpsException"><c>NoConnection</c>, <c>ConnectionNotFound</c>, <c>ApiAddressInvalid</c>, <c>TokenInvalid</c>.</exception>
    public static CloudSession Open(StateFolder state, string? connectionName)
    {
        var store = new ConnectionStore(state);
        if (!string.IsNullOrEmpty(connectionName))
        {
            return connectionName == EnvironmentConnection ? new CloudSession(state, FromEnvironment() ?? throw None()) : new CloudSession(state, store.Get(connectionName));
        }

        return store.Selected() is { } selected ? new CloudSession(state, store.Get(selected)) : new CloudSession(state, FromEnvironment() ?? throw None());
    }

    /// <summary>Says whose account it is and where, for questions that somebody must answer before something is changed.</summary>
    /// <param name="ct">Ends the request that is needed when the account is not known yet.</param>
    /// <returns>Such as <c>someone@example.com at https://api.digitalocean.com/</c>.</returns>
    public async Task<string> DescribeAccountAsync(CancellationToken ct)
    {
        var account = Connection.Account.Length > 0 ? Connection.Account : (await Client.GetAccountAsync(ct)).Email;
        return $"{account} at {Client.Address}";
    }

    /// <summary>Ends the connections.</summary>
    public void Dispose() => Client.Dispose();

    private static SavedConnection? FromEnvironment()
    {
        var token = Environment.GetEnvironmentVariable(TokenVariable);
        if (string.IsNullOrWhiteSpace(token)) return null;
        return new SavedConnection(EnvironmentConnection, AddressFromEnvironment(), token.Trim(), string.Empty, 0);
    }

    /// <summary>The API's address when none is given.</summary>
    /// <returns>That of the environment variable, else the real cloud's.</returns>
    /// <exception cref="DevOpsException"><c>ApiAddressInvalid</c>.</exception>
    internal static Uri AddressFromEnvironment()
    {
        var address = Environment.GetEnvironmentVariable(AddressVariable);
        if (string.IsNullOrWhiteSpace(address)) return ApiAddressRules.DigitalOcean;
        return Uri.TryCreate(address, UriKind.Absolute, out var parsed) ? parsed : throw new DevOpsException(
            "ApiAddressInvalid",
            FailureKind.InvalidInput,
            $"The environment variable {AddressVariable} holds '{address}', which is not a full address.",
            "Set it to an https address such as https://api.digitalocean.com/, or remove it.",
            address);
    }

    private static DevOpsException None() => new(
        "NoConnection",
        FailureKind.Unauthorized,
        "There is no connection to DigitalOcean: none was named, none is selected, and the environment holds no token.",
        $"Save one with Connect-DigitalOcean -Name NAME, choose one with Select-DigitalOcean, or set {TokenVariable}. Start-LocalCloud makes one for this machine.");
}
