using System.Management.Automation;
using System.Net;
using System.Security;
using DevOps.Cmdlets.Common;
using DevOps.Core.Alerts;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Cmdlets.Alerts;

/// <summary>
/// <para type="synopsis">Adds a destination for alerts: a webhook or a command.</para>
/// <para type="description">A webhook gets each alert as JSON in a POST request that is signed as the Standard Webhooks specification says. Its secret is the one of -Secret; without that one is made and shown this one time, as the property Secret of what is emitted. Redirects are not followed; plain http is for this machine only. A command gets the same JSON on its standard input, runs without a shell and in a clean environment, and has taken the alert when it ends with exit code 0. What a destination does not take is kept and sent again for a day, except what a webhook refuses with a 4xx other than 408 and 429. Destinations hold for the installation: every process of it that raises alerts uses them at once.</para>
/// </summary>
/// <example>
/// <code>Add-AlertDestination ops -Uri https://hooks.example.com/ops</code>
/// <para>Sends warnings and worse to a webhook, and shows the secret that was made for it.</para>
/// </example>
/// <example>
/// <code>Add-AlertDestination ops -Uri https://hooks.example.com/ops -Secret (Get-Secret OpsHook) -Source 'balancer/*' -MinimumSeverity Critical</code>
/// <para>Takes the secret from SecretManagement's vault, and sends only what balancers call critical.</para>
/// </example>
/// <example>
/// <code>Add-AlertDestination mail -Command /usr/local/bin/mail-alert -ArgumentList ops@example.com -PassThru | Test-AlertDestination</code>
/// <para>Gives alerts to a program, and tries it.</para>
/// </example>
[Cmdlet(VerbsCommon.Add, "AlertDestination", SupportsShouldProcess = true, DefaultParameterSetName = "Webhook")]
[OutputType(typeof(AlertDestination), typeof(AlertDestinationWithSecret))]
public sealed class AddAlertDestinationCommand : DevOpsCommand
{
    /// <summary>The destination's name: letters, digits, dots, hyphens and underscores.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = string.Empty;

    /// <summary>The webhook's https address. Plain http is for this machine only.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = "Webhook", ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    public Uri? Uri { get; set; }

    /// <summary>The webhook's secret: base64 of 24 to 64 bytes, with or without whsec_ before it. Without one, a secret is made and shown.</summary>
    [Parameter(ParameterSetName = "Webhook")]
    public SecureString? Secret { get; set; }

    /// <summary>The command's program: a path, or the name of one that the system's own folders hold.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Command")]
    [ValidateNotNullOrEmpty]
    public string Command { get; set; } = string.Empty;

    /// <summary>The command's arguments, each as it is. Anybody on the machine can read them while it runs: no secrets.</summary>
    [Parameter(ParameterSetName = "Command")]
    [AllowEmptyString]
    public string[] ArgumentList { get; set; } = [];

    /// <summary>The least severity that is sent. A recovery is sent when its alert was.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public AlertSeverity MinimumSeverity { get; set; } = AlertSeverity.Warning;

    /// <summary>Sends only alerts whose source is like this, such as 'balancer/*'. Wildcards are allowed: * and ?.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string Source { get; set; } = "*";

    /// <summary>How long one attempt may take: from 100ms to 5m.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Duration]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Replaces a destination of that name. What waits for it goes to the new one.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Shows the destination. One for which a secret was made is shown in any case.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!ShouldProcess($"alert destination '{Name}'", Uri is null ? "Add command" : "Add webhook")) return;
        if (TryRun(Add, out var added) && (PassThru || added is AlertDestinationWithSecret)) WriteObject(added);
    }

    private AlertDestination Add() => new AlertService(StateFolder.Open()).Add(new AlertDestinationRequest(Name)
    {
        Uri = Uri,
        // The file holds it as text.
        Secret = Secret is null ? null : new NetworkCredential(string.Empty, Secret).Password,
        Program = ParameterSetName == "Command" ? ResolveProgram() : null,
        Arguments = ArgumentList,
        MinimumSeverity = MinimumSeverity,
        Source = Source,
        Timeout = Timeout,
        Replaces = Force,
    });

    // Like a shell: with a slash it is a path, without one it is looked for.
    private string ResolveProgram() =>
        string.Equals(Path.GetFileName(Command), Command, StringComparison.Ordinal) ? Command : FileSystemPath.Resolve(this, Command);
}
