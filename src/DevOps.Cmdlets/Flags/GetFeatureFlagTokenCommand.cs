using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Core.Flags.Service;
using DevOps.Model;

namespace DevOps.Cmdlets.Flags;

/// <summary>
/// <para type="synopsis">Shows which applications may ask the feature flag service.</para>
/// <para type="description">Not with what: a token is shown once, when New-FeatureFlagToken makes it.</para>
/// </summary>
/// <example>
/// <code>Get-FeatureFlagToken</code>
/// <para>Shows the applications that have a token for the selected flag server.</para>
/// </example>
/// <example>
/// <code>Get-FeatureFlagToken | Where-Object CreatedAt -lt (Get-Date).AddDays(-90)</code>
/// <para>Shows whose tokens are due to be changed.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "FeatureFlagToken")]
[OutputType(typeof(FeatureFlagToken))]
public sealed class GetFeatureFlagTokenCommand : FeatureFlagServiceCommand
{
    /// <summary>The application's name. Wildcards are allowed.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Application { get; set; } = ["*"];

    /// <summary>The flag server. Without it the selected one, else the only one.</summary>
    [Parameter(Position = 1)]
    [ArgumentCompleter(typeof(FeatureFlagServerCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Server { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var patterns = new NamePatterns(Application);
        foreach (var token in Run(() => Services().Tokens(Server)).Where(token => patterns.IsMatch(token.Application))) WriteObject(token);
        foreach (var name in patterns.NotFound()) WriteError(ToErrorRecord(FlagTokenFailures.NotFound(name, Server)));
    }
}
