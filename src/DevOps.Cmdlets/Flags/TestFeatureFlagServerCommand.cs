using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core.Flags.Servers;
using DevOps.Model;

namespace DevOps.Cmdlets.Flags;

/// <summary>
/// <para type="synopsis">Tries a feature flag server: writes a key and times it to every replica.</para>
/// <para type="description">Writes the key ff:probe, which goes by itself after a minute, to the master, and asks every replica until it gives the new value. The times are as seen from here: the way there and back counts, also that through an SSH connection. One result a node says whether it had the change in time, and why not.</para>
/// </summary>
/// <example>
/// <code>Test-FeatureFlagServer flags</code>
/// <para>Shows how long a change takes to each node.</para>
/// </example>
/// <example>
/// <code>if (Test-FeatureFlagServer flags | Where-Object IsSuccess -eq $false) { 'A node does not get changes.' }</code>
/// <para>Finds out in a script whether every node gets changes.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "FeatureFlagServer")]
[OutputType(typeof(FeatureFlagServerProbe))]
public sealed class TestFeatureFlagServerCommand : FeatureFlagServerCommand
{
    /// <summary>The server's exact name. By default the selected one, or the only one.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(FeatureFlagServerCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>How long a replica is waited for. By default five seconds.</summary>
    [Parameter]
    [Duration]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var test = new FlagServerTest(Connector()) { Timeout = Timeout };
        if (TryRun((_, ct) => test.RunAsync(Name, ct), out var probes)) WriteObject(probes, enumerateCollection: true);
    }
}
