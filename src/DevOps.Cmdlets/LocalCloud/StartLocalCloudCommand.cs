using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core.LocalClouds;
using DevOps.Core.State;

namespace DevOps.Cmdlets.LocalCloud;

/// <summary>
/// <para type="synopsis">Starts a DigitalOcean-compatible API on this machine, whose droplets are real Debian hosts.</para>
/// <para type="description">Everything that works against a DigitalOcean account can be tried against it, at no cost: droplets are Podman containers with systemd, sshd and cloud-init, each with addresses of its own. The first start on a machine builds the droplets' image, which takes about a minute; later starts take seconds. The connection 'local' is saved, and selected when none is. Where it runs already, it is left as it is. Needs Linux and root.</para>
/// </summary>
/// <example>
/// <code>Start-LocalCloud -InstallPackage</code>
/// <para>Installs the Debian packages that are missing, starts the local cloud and saves the connection 'local'.</para>
/// </example>
/// <example>
/// <code>Start-LocalCloud -Port 7090 -DropletLimit 3</code>
/// <para>Starts it at another port, with an account that may have three droplets.</para>
/// </example>
/// <example>
/// <code>Start-LocalCloud; New-DropletFleet -Name web -Count 2 -Connection local</code>
/// <para>Starts the local cloud and makes two droplets on it.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Start, "LocalCloud", SupportsShouldProcess = true)]
[OutputType(typeof(Model.LocalCloud))]
public sealed class StartLocalCloudCommand : DevOpsCommand
{
    private const int HighestPort = 65_535;

    /// <summary>The API's port on the loopback address. By default the one of the last start, or 7080.</summary>
    [Parameter(Position = 0)]
    [ValidateRange(1, HighestPort)]
    public int? Port { get; set; }

    /// <summary>Installs the Debian packages that are missing. Without it, an error names them and the command that installs them.</summary>
    [Parameter]
    public SwitchParameter InstallPackage { get; set; }

    /// <summary>How many droplets the account may have. By default 25.</summary>
    [Parameter]
    [ValidateRange(1, 200)]
    public int? DropletLimit { get; set; }

    /// <summary>How long the start may take, packages not counted. By default 10 minutes, since the first start builds the image.</summary>
    [Parameter]
    [Duration]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (!Run(IsReady)) return;
        if (!ShouldProcess("this machine", "Start the local cloud")) return;
        var request = new LocalCloudRequest(Port, DropletLimit, Timeout);
        WriteObject(Run((progress, ct) => new LocalCloudService(StateFolder.Open()).StartAsync(request, progress, ct)));
    }

    private bool IsReady()
    {
        var missing = LocalCloudPackages.FindMissing();
        LocalCloudService.CheckPlatform(missing);
        if (missing.Count > 0 && InstallPackage)
        {
            if (!ShouldProcess(string.Join(", ", missing), "Install the Debian packages")) return false;
            Run(async (progress, ct) =>
            {
                await LocalCloudPackages.InstallAsync(missing, progress, ct);
                return true;
            });
        }

        LocalCloudService.CheckPackages();
        return true;
    }
}
