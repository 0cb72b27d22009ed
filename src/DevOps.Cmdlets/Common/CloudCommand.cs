using System.Management.Automation;
using DevOps.Core.DigitalOcean;
using DevOps.Core.State;

namespace DevOps.Cmdlets.Common;

/// <summary>What every cmdlet that works with an account does alike.</summary>
public abstract class CloudCommand : DevOpsCommand
{
    private readonly Dictionary<string, IDisposable> _sessions = new(StringComparer.Ordinal);

    /// <summary>The saved connection to use. Without it the selected one is used, then the one that DIGITALOCEAN_ACCESS_TOKEN and DIGITALOCEAN_API_URL make.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ConnectionCompleter))]
    [ValidateNotNullOrEmpty]
    public virtual string? Connection { get; set; }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing) return;
        foreach (var session in _sessions.Values) session.Dispose();
        _sessions.Clear();
    }

    /// <summary>The installation's state folder.</summary>
    /// <returns>The folder.</returns>
    private protected StateFolder State() => Run(() => StateFolder.Open());

    /// <summary>The account of <see cref="Connection"/>.</summary>
    /// <returns>The session, which ends with the cmdlet.</returns>
    private protected CloudSession Session() => Session(Connection);

    /// <summary>The account of a connection. Objects from the pipeline are worked on through the connection they came from.</summary>
    /// <param name="connection">The connection's name, or nothing.</param>
    /// <returns>The session, which ends with the cmdlet.</returns>
    private protected CloudSession Session(string? connection)
    {
        var key = connection ?? string.Empty;
        if (!_sessions.TryGetValue(key, out var session)) _sessions[key] = session = Run(() => CloudSession.Open(StateFolder.Open(), connection));
        return (CloudSession)session;
    }
}
