using System.Management.Automation;

namespace DevOps.Cmdlets.Flags;

/// <summary>
/// <para type="synopsis">Takes applications' tokens away, so that the feature flag service answers them no more.</para>
/// <para type="description">Every place where it runs heeds that within a second; one that does not answer now is named in a warning. Takes exact names only.</para>
/// </summary>
/// <example>
/// <code>Remove-FeatureFlagToken checkbox</code>
/// <para>Takes the token of "checkbox" away after a confirmation.</para>
/// </example>
/// <example>
/// <code>Get-FeatureFlagToken old-* | Remove-FeatureFlagToken -WhatIf</code>
/// <para>Shows whose tokens would be taken away.</para>
/// </example>
[Cmdlet(VerbsCommon.Remove, "FeatureFlagToken", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(void))]
public sealed class RemoveFeatureFlagTokenCommand : FeatureFlagServiceCommand
{
    /// <summary>Exact names of applications.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[] Application { get; set; } = [];

    /// <summary>The flag server. Without it the selected one, else the only one.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(FeatureFlagServerCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Server { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var services = Services();
        foreach (var application in Application)
        {
            if (!ShouldProcess($"token of application '{application}'", "Take away")) continue;
            TryRun(
                async (progress, ct) =>
                {
                    await services.RemoveTokenAsync(Server, application, progress, ct);
                    return true;
                },
                out _);
        }
    }
}
