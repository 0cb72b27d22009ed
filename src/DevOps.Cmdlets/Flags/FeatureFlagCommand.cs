using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core.Flags.Servers;
using DevOps.Core.Flags.Store;
using DevOps.Core.State;

namespace DevOps.Cmdlets.Flags;

/// <summary>What the cmdlets of feature flags do alike: they connect to a server once, and end the connection with the pipeline.</summary>
public abstract class FeatureFlagCommand : DevOpsCommand
{
    private FlagServerConnection? _connection;

    /// <summary>The feature flag server. Without it, the selected one.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(FeatureFlagServerCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Server { get; set; }

    private protected FlagStore Flags => Connection().Flags;

    private protected string ServerName => Connection().Name;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing) _connection?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _connection = null;
    }

    private FlagServerConnection Connection()
    {
        // Objects of several servers may come down the pipeline.
        if (_connection is not null && (Server is null || Server == _connection.Name)) return _connection;
        _connection?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _connection = null;
        return _connection = Run((_, ct) => new FlagServerConnector(StateFolder.Open()).OpenAsync(Server, FlagServerUser.Writer, ct));
    }
}
