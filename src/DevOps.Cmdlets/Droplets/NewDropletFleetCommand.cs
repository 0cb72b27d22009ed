using System.Globalization;
using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core;
using DevOps.Core.Fleets;
using DevOps.Model;

namespace DevOps.Cmdlets.Droplets;

/// <summary>
/// <para type="synopsis">Makes a fleet of droplets, or what is missing from it.</para>
/// <para type="description">The droplets are called NAME-1 to NAME-COUNT. What exists already is left alone and never made twice, also after an interruption: run the same command again and it goes on where it ended. Each droplet is waited for until SSH answers with the expected host key and cloud-init has finished; then it gets a host key of its own, which is pinned. A droplet that fails gives one error and does not stop the others; the fleet that comes out holds everything that exists. Asking for fewer droplets than exist removes nothing. The account's limit of droplets is checked before anything is made; -WhatIf shows names, size and monthly cost.</para>
/// </summary>
/// <example>
/// <code>New-DropletFleet itrust -Count 5 -Package tomcat10</code>
/// <para>Makes five droplets, itrust-1 to itrust-5, which install Tomcat at their first start.</para>
/// </example>
/// <example>
/// <code>New-DropletFleet data -Count 1 -Size s-2vcpu-4gb -Package mariadb-server -Protected -WhatIf</code>
/// <para>Shows what a protected fleet of one larger droplet would cost, and makes nothing.</para>
/// </example>
/// <example>
/// <code>New-DropletFleet web -Count 2 -UserDataPath ./first-start.yaml -Tag team:shop</code>
/// <para>Makes two droplets that do what the file says at their first start, in any format that cloud-init knows, and bear one more tag.</para>
/// </example>
[Cmdlet(VerbsCommon.New, "DropletFleet", SupportsShouldProcess = true, DefaultParameterSetName = "UserData")]
[OutputType(typeof(DropletFleet))]
public sealed class NewDropletFleetCommand : CloudCommand
{
    /// <summary>The fleet's name: letters, digits and hyphens.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ArgumentCompleter(typeof(FleetCompleter))]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = string.Empty;

    /// <summary>How many droplets the fleet is to have.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    public int Count { get; set; }

    /// <summary>The size of new droplets.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(SizeCompleter))]
    [ValidateNotNullOrEmpty]
    public string Size { get; set; } = "s-1vcpu-1gb";

    /// <summary>The region of new droplets.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(RegionCompleter))]
    [ValidateNotNullOrEmpty]
    public string Region { get; set; } = "nyc3";

    /// <summary>The image of new droplets: its slug, or the number of an image of your own. It must run cloud-init and systemd.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ImageCompleter))]
    [ValidateNotNullOrEmpty]
    public string Image { get; set; } = "debian-12-x64";

    /// <summary>Packages of the distribution that new droplets install at their first start.</summary>
    [Parameter]
    public string[] Package { get; set; } = [];

    /// <summary>What else new droplets do at their first start: a text in any of cloud-init's formats, such as #cloud-config or a script. It stays readable on the droplet, so it is no place for secrets.</summary>
    [Parameter(ParameterSetName = "UserData")]
    public string? UserData { get; set; }

    /// <summary>A file with the user data.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "UserDataPath")]
    [ValidateNotNullOrEmpty]
    public string? UserDataPath { get; set; }

    /// <summary>Further tags of new droplets.</summary>
    [Parameter]
    [ValidatePattern(@"^[A-Za-z0-9_:-]{1,255}\z")]
    public string[] Tag { get; set; } = [];

    /// <summary>Protects the fleet against Remove-DropletFleet and Remove-Droplet.</summary>
    [Parameter]
    public SwitchParameter Protected { get; set; }

    /// <summary>How long one droplet may take until it is ready.</summary>
    [Parameter]
    [Duration]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(15);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var session = Session();
        var service = new FleetService(State(), session);
        var request = new FleetRequest(Name, Count)
        {
            Size = Size,
            Region = Region,
            Image = Image,
            Packages = Package,
            UserData = ReadUserData(),
            Tags = Tag,
            IsProtected = Protected,
            Timeout = Timeout,
        };
        var plan = Run((_, ct) => service.PlanAsync(request, ct));
        var isToChange = plan.Create.Count > 0 || plan.Finish.Count > 0 || (Protected && plan.Existing.Any(droplet => !droplet.IsProtected));
        if (isToChange && !ShouldProcess($"fleet '{Name}' of {plan.Account} at {plan.Api}", Describe(plan))) return;
        WriteObject(Run((progress, ct) => service.CreateAsync(request, progress, ct)));
    }

    private static string Describe(FleetPlan plan)
    {
        var parts = new List<string>();
        if (plan.Create.Count > 0)
        {
            parts.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"Create {string.Join(", ", plan.Create)} ({plan.Create.Count} × {plan.Request.Size} in {plan.Request.Region} from {plan.Request.Image}, ${plan.MonthlyCost:0.00} a month)"));
        }

        if (plan.Finish.Count > 0) parts.Add($"Finish {string.Join(", ", plan.Finish.Select(droplet => droplet.Name))}");
        if (plan.Request.IsProtected) parts.Add("Protect");
        return string.Join("; ", parts);
    }

    private string? ReadUserData()
    {
        if (UserDataPath is null) return UserData;
        return Run(() =>
        {
            var path = FileSystemPath.Resolve(this, UserDataPath);
            try
            {
                return File.ReadAllText(path);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new DevOpsException(
                    "UserDataNotReadable",
                    FailureKind.NotFound,
                    $"The user data in '{path}' cannot be read: {exception.Message}",
                    "Give the path of a readable file to -UserDataPath.",
                    path,
                    exception);
            }
        });
    }
}
