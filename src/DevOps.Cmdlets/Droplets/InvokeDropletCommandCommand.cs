using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core.Hosts;
using DevOps.Core.Operations;
using DevOps.Model;

namespace DevOps.Cmdlets.Droplets;

/// <summary>
/// <para type="synopsis">Runs a command on droplets over verified SSH, side by side.</para>
/// <para type="description">The command is POSIX shell code and runs as root. One result comes out for each droplet as soon as the command has ended there, whatever its exit code. A droplet that cannot be reached, shows another host key than the pinned one, or takes too long gives one error, and the others go on; a command that takes too long is ended on the droplet. Output lines also go to the information stream as they come: -InformationAction Continue shows them.</para>
/// </summary>
/// <example>
/// <code>Invoke-DropletCommand -Fleet itrust -Command 'systemctl is-active itrust'</code>
/// <para>Asks every droplet of the fleet itrust whether the service runs.</para>
/// </example>
/// <example>
/// <code>Get-Droplet itrust-1 | Invoke-DropletCommand 'apt-get install -y "$1"' -ArgumentList htop -Timeout 5m -InformationAction Continue</code>
/// <para>Installs a package on one droplet, shows the output as it comes, and gives up after five minutes.</para>
/// </example>
/// <example>
/// <code>Get-DropletFleet itrust, checkbox | Invoke-DropletCommand 'df --output=pcent / | tail -1' | Where-Object ExitCode -ne 0</code>
/// <para>Runs a command on two fleets and keeps the results that failed.</para>
/// </example>
/// <example>
/// <code>Invoke-DropletCommand -Fleet data -Command 'chpasswd' -StandardInput "backup:$password"</code>
/// <para>Sets an account's password without showing it to anybody on the droplet.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Invoke, "DropletCommand", DefaultParameterSetName = "Fleet")]
[OutputType(typeof(DropletCommandResult))]
public sealed class InvokeDropletCommandCommand : CloudCommand
{
    private readonly List<Droplet> _droplets = [];

    /// <summary>The command: POSIX shell code.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Command { get; set; } = string.Empty;

    /// <summary>Arguments of the command, which it knows as $1, $2 and so on. They need no quoting.</summary>
    [Parameter]
    [AllowEmptyString]
    public string[] ArgumentList { get; set; } = [];

    /// <summary>Lines for the command's standard input: the way for secrets, which no process list on the droplet shows then.</summary>
    [Parameter]
    [AllowEmptyString]
    public string[] StandardInput { get; set; } = [];

    /// <summary>Exact names of fleets: the command runs on all their droplets.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Fleet")]
    [ArgumentCompleter(typeof(FleetCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Fleet { get; set; } = [];

    /// <summary>Exact names of droplets.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Name")]
    [ArgumentCompleter(typeof(DropletCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>Droplets, as Get-Droplet gives them, or fleets, as Get-DropletFleet gives them.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Droplet", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Droplets")]
    public Droplet[] Droplet { get; set; } = [];

    /// <summary>How long the command may take on one droplet.</summary>
    [Parameter]
    [Duration]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>On how many droplets the command runs at once.</summary>
    [Parameter]
    [ValidateRange(1, 100)]
    public int ThrottleLimit { get; set; } = 10;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        _droplets.AddRange(Droplet);
        foreach (var fleet in Fleet)
        {
            if (TryRun((_, ct) => Session().Droplets.GetFleetAsync(fleet, ct), out var found)) _droplets.AddRange(found.Droplets);
        }

        foreach (var name in Name)
        {
            if (TryRun((_, ct) => Session().Droplets.GetAsync(name, ct), out var found)) _droplets.Add(found);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        Droplet[] droplets = [.. _droplets.DistinctBy(droplet => (droplet.Connection, droplet.Id))];
        Run((progress, ct) => new DropletCommandRun(State()).RunAsync(droplets, Command, ArgumentList, StandardInput, Timeout, ThrottleLimit, progress, ct));
    }

    private protected override void Write(OperationMessage message)
    {
        // The result carries the output: who wants to see it beforehand asks for the information stream.
        if (message is InformationMessage line) WriteInformation(line.Text, ["DropletOutput"]);
        else base.Write(message);
    }
}
