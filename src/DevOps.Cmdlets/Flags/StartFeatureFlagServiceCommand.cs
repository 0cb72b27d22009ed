using System.Management.Automation;
using DevOps.Core.Flags.Service;
using DevOps.Model;

namespace DevOps.Cmdlets.Flags;

/// <summary>
/// <para type="synopsis">Starts the feature flag service: what answers applications that ask for flags over HTTP.</para>
/// <para type="description">It runs on each node of a flag server that is installed on a fleet, beside the node's own Redis, at the node's private address; for a server that was named by its address it runs on this machine. It answers from memory, is told of changes by Redis, and goes on with the last known flags when Redis is gone: answers then have the header Age. GET /NAME answers {"NAME":true}, in the context that its query names, such as ?targetingKey=user-1; POST /ofrep/v1/evaluate/flags and .../NAME are those of the OpenFeature Remote Evaluation Protocol, for which OpenFeature has providers in many languages. GET /health tells how it is, GET /metrics figures for Prometheus.</para>
/// <para type="description">Applications ask with a token, which New-FeatureFlagToken makes. As long as none has one, only the service's own machine may ask. Nodes get the program and this machine's .NET runtime over SSH, or use their own .NET 10 where that of this machine does not run; the service is an account of its own there. Run again, it puts right what is not so any more, and sends nodes a newer program after an update of the module.</para>
/// </summary>
/// <example>
/// <code>Start-FeatureFlagService flags -Persistent</code>
/// <para>Has it run on every node of the server "flags", also after a restart of the node.</para>
/// </example>
/// <example>
/// <code>Start-FeatureFlagService -AllowedOrigin https://shop.example -PassThru</code>
/// <para>Starts that of the selected server, lets pages of the shop ask as well, and shows how it is at each node.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Start, "FeatureFlagService", SupportsShouldProcess = true)]
[OutputType(typeof(FeatureFlagService))]
public sealed class StartFeatureFlagServiceCommand : FeatureFlagServiceCommand
{
    private const int LowestPort = 1_024;
    private const int HighestPort = 65_535;

    /// <summary>The flag server. Without it the selected one, else the only one.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(FeatureFlagServerCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Server { get; set; }

    /// <summary>The port at which it answers. For a new one 8014.</summary>
    [Parameter]
    [ValidateRange(LowestPort, HighestPort)]
    public int? Port { get; set; }

    /// <summary>The address of this machine at which it answers, where it runs here: 0.0.0.0 or :: for everybody who has a token. For a new one 127.0.0.1, which only this machine reaches.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ListenAddress { get; set; }

    /// <summary>Origins of other sites whose pages may ask from a browser, such as https://shop.example. An empty list for none.</summary>
    [Parameter]
    [AllowEmptyCollection]
    public string[]? AllowedOrigin { get; set; }

    /// <summary>Has systemd start it with the machine, and again when it ends; -Persistent:$false ends that.</summary>
    [Parameter]
    public SwitchParameter Persistent { get; set; }

    /// <summary>Shows how it is at each place.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var services = Services();
        var changes = new FlagServiceChanges
        {
            Port = Port,
            ListenAddress = ListenAddress,
            AllowedOrigins = AllowedOrigin,
            IsPersistent = MyInvocation.BoundParameters.ContainsKey(nameof(Persistent)) ? Persistent.IsPresent : null,
        };
        if (!TryRun(() => services.Preview(Server, changes), out var preview)) return;
        if (!ShouldProcess($"feature flag service of '{preview.Server}'", $"Start or change on {preview.Places}")) return;
        if (TryRun((progress, ct) => services.StartAsync(preview.Server, changes, progress, ct), out var places) && PassThru) WriteObject(places, enumerateCollection: true);
    }
}
