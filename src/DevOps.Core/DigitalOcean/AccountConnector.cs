using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.DigitalOcean;

/// <summary>Saves connections, after the API has said that their token is good.</summary>
/// <param name="state">The installation's state folder.</param>
public sealed class AccountConnector(StateFolder state)
{
    /// <summary>Asks the API who the token belongs to, then saves the connection and selects it when none is selected.</summary>
    /// <param name="name">The name to save it under, over an older one of that name.</param>
    /// <param name="address">The API's address: <c>DIGITALOCEAN_API_URL</c>, else the real cloud, when nothing.</param>
    /// <param name="token">The token. It is saved only when the API accepts it.</param>
    /// <param name="select">Whether it becomes the selected connection although another one is.</param>
    /// <param name="ct">Ends the request.</param>
    /// <returns>The saved connection.</returns>
    /// <exception cref="DevOpsException">
    /// <c>ConnectionNameInvalid</c>, <c>ApiAddressInvalid</c>, <c>TokenInvalid</c>, <c>ApiUnauthorized</c> and others of the API.
    /// </exception>
    public async Task<DigitalOceanConnection> ConnectAsync(string name, Uri? address, string token, bool select, CancellationToken ct)
    {
        var store = new ConnectionStore(state);
        if (name == CloudSession.EnvironmentConnection)
        {
            throw new DevOpsException(
                "ConnectionNameInvalid",
                FailureKind.InvalidInput,
                $"'{name}' is the name of the connection that {CloudSession.TokenVariable} makes.",
                "Choose another name.",
                name);
        }

        ConnectionStore.CheckName(name);
        var checkedAddress = ApiAddressRules.Check(address ?? CloudSession.AddressFromEnvironment());
        var candidate = new SavedConnection(name, checkedAddress, token, string.Empty, 0);
        using var client = new DigitalOceanClient(candidate);
        var account = await client.GetAccountAsync(ct);
        store.Save(candidate with { Account = account.Email, DropletLimit = account.DropletLimit });
        if (select || store.Selected() is null) store.Select(name);
        return store.List().Single(connection => connection.Name == name);
    }
}
