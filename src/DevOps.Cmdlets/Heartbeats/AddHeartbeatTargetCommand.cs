using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core.Heartbeats;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Cmdlets.Heartbeats;

/// <summary>
/// <para type="synopsis">Adds a heartbeat target, for what no fleet covers.</para>
/// <para type="description">What is checked is in the address: http and https ask for a page, tcp://HOST:PORT makes a connection, ssh://HOST[:PORT] waits for the server's greeting, redis://HOST[:PORT] asks a Redis server how it and its replication are, systemd://DROPLET/UNIT asks a droplet over SSH how a unit is, and push://NAME waits for a job that calls when it has run. Redirects are not followed: a redirect is an answer. A certificate that the machine does not trust, or that has expired, makes an https target Down; one that soon expires makes it Degraded.</para>
/// <para type="description">A unit is found by its droplet's name in the account of -Connection, and only a host that shows the key which is pinned for it is asked. A unit that is active is Up; one that is starting, reloading or ending is Degraded; one that has failed or does not run is Down.</para>
/// <para type="description">What jobs call has to have the name of its address. Jobs on this machine call with Send-Heartbeat; others with the header in the file heartbeats/pushes/NAME.header of the state folder, which is a secret.</para>
/// </summary>
/// <example>
/// <code>Add-HeartbeatTarget shop -Uri https://shop.example.com/health -ExpectedText '"status":"ok"' -DegradedAfter 500ms</code>
/// <para>Adds a page with what its answer must hold, and how long it may take.</para>
/// </example>
/// <example>
/// <code>Add-HeartbeatTarget database -Uri tcp://10.10.0.5:3306 -Group itrust -PassThru | Test-Heartbeat</code>
/// <para>Adds a port, and checks it once.</para>
/// </example>
/// <example>
/// <code>Add-HeartbeatTarget flags -Uri redis://10.10.0.8 -UserName watcher -PasswordFile ./redis-password -Replicas 2</code>
/// <para>Adds a Redis master that has to have two replicas. The file's first line is the password, and nobody else may read the file; the user needs the rights +ping and +info.</para>
/// </example>
/// <example>
/// <code>Add-HeartbeatTarget itrust-1-service -Uri systemd://itrust-1/itrust.service -Group itrust -Connection local</code>
/// <para>Adds a unit of a droplet.</para>
/// </example>
/// <example>
/// <code>Add-HeartbeatTarget backup -Uri push://backup -Every 1d -Grace 2h</code>
/// <para>Adds a job that has to call each day: its last line is Send-Heartbeat backup.</para>
/// </example>
[Cmdlet(VerbsCommon.Add, "HeartbeatTarget", SupportsShouldProcess = true)]
[OutputType(typeof(HeartbeatTarget))]
public sealed class AddHeartbeatTargetCommand : DevOpsCommand
{
    /// <summary>The target's name: letters, digits, dots, hyphens and underscores.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = string.Empty;

    /// <summary>The address: http, https, tcp, ssh, redis, systemd or push.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    public Uri Uri { get; set; } = null!;

    /// <summary>What it belongs to, such as an application.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Group { get; set; }

    /// <summary>HTTP: the status that is expected. Without it, any from 200 to 399.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public int? ExpectedStatus { get; set; }

    /// <summary>HTTP: text that the first 64 KB of the answer must hold.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? ExpectedText { get; set; }

    /// <summary>HTTP: a header that the answer must have, as Name or 'Name: value'.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? ExpectedHeader { get; set; }

    /// <summary>redis: the user who logs in. Without it, the default user. It needs the rights +ping and +info.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? UserName { get; set; }

    /// <summary>redis: the file whose first line is the password. It is read at each check, and nobody but its owner may use it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? PasswordFile { get; set; }

    /// <summary>redis: a master with fewer linked replicas is degraded.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("ExpectedReplicas")]
    public int? Replicas { get; set; }

    /// <summary>systemd: the saved connection to the account whose droplet it is. Without it, the one that is selected when it is checked.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ConnectionCompleter))]
    public string? Connection { get; set; }

    /// <summary>push: how often the job calls, such as 1d. What jobs call needs it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Period")]
    [Duration(AllowsNull = true)]
    public TimeSpan? Every { get; set; }

    /// <summary>push: how much later a call may come until the target is down. Without it, a tenth of -Every, and at least ten seconds.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Duration(AllowsNull = true)]
    public TimeSpan? Grace { get; set; }

    /// <summary>A check that takes longer makes the target degraded.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Duration(AllowsNull = true)]
    public TimeSpan? DegradedAfter { get; set; }

    /// <summary>https: with fewer days until the certificate expires, the target is degraded.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public int CertificateDays { get; set; } = 14;

    /// <summary>A check that takes longer has failed: from 50ms to 1m.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Duration]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How many checks in a row must fail, or find it slow, until the target is down, or degraded. They follow one another at once.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public int Fall { get; set; } = 2;

    /// <summary>How many checks of a watch must succeed in a row until a target that was down is up.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public int Rise { get; set; } = 1;

    /// <summary>Replaces a target of that name.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Shows the target.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        // Before anything of it is shown: an address may hold a password, which is refused.
        if (!TryRun(() => HeartbeatTargetRules.CheckHere(Target()), out var target)) return;
        if (!ShouldProcess($"heartbeat target '{Name}'", $"Add {Uri}")) return;
        if (TryRun(() => Add(target), out var added) && PassThru) WriteObject(added);
    }

    private HeartbeatTarget Add(HeartbeatTarget target) => new HeartbeatTargetStore(StateFolder.Open()).Add(target, Force);

    private HeartbeatTarget Target() => new()
    {
        Name = Name,
        Uri = Uri,
        Group = Group,
        ExpectedStatus = ExpectedStatus,
        ExpectedText = ExpectedText,
        ExpectedHeader = ExpectedHeader,
        UserName = UserName,
        PasswordFile = string.IsNullOrEmpty(PasswordFile) ? PasswordFile : FileSystemPath.Resolve(this, PasswordFile),
        ExpectedReplicas = Replicas,
        Connection = Connection,
        Period = Every,
        Grace = Grace,
        DegradedAfter = DegradedAfter,
        CertificateDays = CertificateDays,
        Timeout = Timeout,
        Fall = Fall,
        Rise = Rise,
    };
}
