using DevOps.Core.Flags.Service;
using DevOps.Core.State;

namespace DevOps.Core.Flags.Servers;

/// <summary>Names servers that are there, and selects the one that is used when none is named.</summary>
/// <param name="state">The installation's state folder.</param>
public sealed class FlagServerNaming(StateFolder state)
{
    private readonly FlagServerStore _store = new(state);
    private readonly FlagServerConnector _connector = new(state);

    /// <summary>Names a server by its address, once it has let in the account that is given, and selects it.</summary>
    /// <param name="name">The name to keep it under; nothing for its host's name.</param>
    /// <param name="uri">Its address.</param>
    /// <param name="login">The account and its password; nothing when it asks for none.</param>
    /// <param name="ct">Ends the attempt.</param>
    /// <returns>The server's name.</returns>
    /// <exception cref="DevOpsException">
    /// <c>FeatureFlagServerAddressInvalid</c>, <c>FeatureFlagServerNameInvalid</c>, <c>FeatureFlagServerTaken</c>,
    /// <c>FeatureFlagServerUnreachable</c>, <c>FeatureFlagServerLoginRefused</c>, <c>FeatureFlagServerCertificateRefused</c>.
    /// </exception>
    public async Task<string> ConnectAsync(string? name, Uri uri, SavedFlagServerLogin? login, CancellationToken ct)
    {
        FlagServerAddress.Check(uri, login);
        var chosen = name ?? uri.Host.Trim('[', ']').Replace(':', '-');
        if (_store.Find(chosen) is { Fleet: { } fleet })
        {
            throw new DevOpsException(
                "FeatureFlagServerTaken",
                FailureKind.Conflict,
                $"'{chosen}' is the feature flag server on fleet '{fleet}'.",
                "Choose another name with -Name.",
                chosen);
        }

        var server = new SavedFlagServer(chosen) { Uri = uri, Login = login };
        // A wrong password is never saved.
        await using var connection = await _connector.OpenAsync(server, FlagServerUser.Operator, ct);
        _store.Save(server with { Nodes = [.. connection.Nodes.Select(node => node.Node)] });
        _store.Select(chosen);
        return chosen;
    }

    /// <summary>Selects a server that is installed on a fleet.</summary>
    /// <param name="name">Its exact name; nothing for the only one on the fleet.</param>
    /// <param name="fleet">The fleet; nothing when its name is given.</param>
    /// <returns>The server's name.</returns>
    /// <exception cref="DevOpsException"><c>FeatureFlagServerNotFound</c>, <c>FeatureFlagServerNotSelected</c>.</exception>
    public string Select(string? name, string? fleet)
    {
        var chosen = name ?? Find(fleet);
        _store.Select(chosen);
        return chosen;
    }

    /// <summary>Forgets a server that was named by its address; one that is installed is only not selected any more.</summary>
    /// <param name="name">Its exact name.</param>
    /// <exception cref="DevOpsException"><c>FeatureFlagServerNotFound</c>, <c>FeatureFlagServiceRunning</c>.</exception>
    public void Disconnect(string name)
    {
        // Its passwords are kept nowhere else, so an installed one is forgotten by removing it.
        if (_store.Get(name).Fleet is not null)
        {
            _store.Unselect(name);
            return;
        }

        if (new FlagServiceStore(_store.State).Find(name) is not null)
        {
            throw new DevOpsException(
                "FeatureFlagServiceRunning",
                FailureKind.Conflict,
                $"The feature flag server '{name}' has a feature flag service here, which could not be stopped any more.",
                $"Stop-FeatureFlagService {name} -Remove ends it first.",
                name);
        }

        _store.Remove(name);
    }

    private string Find(string? fleet)
    {
        var names = _store.Names().Where(name => _store.Find(name)?.Fleet == fleet).ToList();
        return names switch
        {
            [var only] => only,
            [] => throw new DevOpsException(
                "FeatureFlagServerNotFound",
                FailureKind.NotFound,
                $"There is no feature flag server on fleet '{fleet}'.",
                $"Install-FeatureFlagServer -Fleet {fleet} installs one; Get-FeatureFlagServer lists those that there are.",
                fleet),
            _ => throw new DevOpsException(
                "FeatureFlagServerNotSelected",
                FailureKind.InvalidInput,
                $"There are several feature flag servers on fleet '{fleet}': {string.Join(", ", names)}.",
                "Say which with -Name.",
                fleet),
        };
    }
}
