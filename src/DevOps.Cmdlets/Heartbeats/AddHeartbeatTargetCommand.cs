using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core.Heartbeats;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Cmdlets.Heartbeats;

/// <summary>
/// <para type="synopsis">Adds a heartbeat target, for what no fleet covers.</para>
/// <para type="description">What is checked is in the address: http and https ask for a page, tcp://HOST:PORT makes a connection, and ssh://HOST[:PORT] waits for the server's greeting. Redirects are not followed: a redirect is an answer. A certificate that the machine does not trust, or that has expired, makes an https target Down; one that soon expires makes it Degraded.</para>
/// </summary>
/// <example>
/// <code>Add-HeartbeatTarget shop -Uri https://shop.example.com/health -ExpectedText '"status":"ok"' -DegradedAfter 500ms</code>
/// <para>Adds a page with what its answer must hold, and how long it may take.</para>
/// </example>
/// <example>
/// <code>Add-HeartbeatTarget database -Uri tcp://10.10.0.5:3306 -Group itrust -PassThru | Test-Heartbeat</code>
/// <para>Adds a port, and checks it once.</para>
/// </example>
[Cmdlet(VerbsCommon.Add, "HeartbeatTarget", SupportsShouldProcess = true)]
[OutputType(typeof(HeartbeatTarget))]
public sealed class AddHeartbeatTargetCommand : DevOpsCommand
{
    /// <summary>The target's name: letters, digits, dots, hyphens and underscores.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = string.Empty;

    /// <summary>The address: http, https, tcp or ssh.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    public Uri Uri { get; set; } = null!;

    /// <summary>What it belongs to, such as an application.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
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

    /// <summary>A check that takes longer makes the target degraded.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Duration]
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
        if (!TryRun(() => HeartbeatTargetRules.Check(Target()), out var target)) return;
        if (!ShouldProcess($"heartbeat target '{Name}'", $"Add {Uri}")) return;
        if (TryRun(() => Add(target), out var added) && PassThru) WriteObject(added);
    }

    private HeartbeatTarget Add(HeartbeatTarget target)
    {
        new HeartbeatTargetStore(StateFolder.Open()).Add(target, Force);
        return target;
    }

    private HeartbeatTarget Target() => new()
    {
        Name = Name,
        Uri = Uri,
        Group = Group,
        ExpectedStatus = ExpectedStatus,
        ExpectedText = ExpectedText,
        ExpectedHeader = ExpectedHeader,
        DegradedAfter = DegradedAfter,
        CertificateDays = CertificateDays,
        Timeout = Timeout,
        Fall = Fall,
        Rise = Rise,
    };
}
