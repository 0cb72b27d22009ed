using System.Management.Automation;
using System.Net;
using DevOps.Cmdlets.Common;
using DevOps.Core.Flags.Service;
using DevOps.Model;

namespace DevOps.Cmdlets.Flags;

/// <summary>
/// <para type="synopsis">Makes the token with which an application asks the feature flag service.</para>
/// <para type="description">Every place where the service runs heeds it within a second. The token is kept nowhere but in the object, as a SecureString, and in the file that -Path names, for its owner alone; of an environment file's Secrets, such a file is what { File = ... } refers to. Applications send it as "Authorization: Bearer TOKEN" or as "X-API-Key: TOKEN".</para>
/// </summary>
/// <example>
/// <code>New-FeatureFlagToken checkbox -Path ./secrets/checkbox-flags</code>
/// <para>Makes a token for "checkbox" and writes it to a file.</para>
/// </example>
/// <example>
/// <code>$token = New-FeatureFlagToken shop -Force; ConvertFrom-SecureString $token.Token -AsPlainText</code>
/// <para>Gives "shop" another token, which ends the old one, and shows it.</para>
/// </example>
[Cmdlet(VerbsCommon.New, "FeatureFlagToken", SupportsShouldProcess = true)]
[OutputType(typeof(FeatureFlagToken))]
public sealed class NewFeatureFlagTokenCommand : FeatureFlagServiceCommand
{
    /// <summary>The application's name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Application { get; set; } = string.Empty;

    /// <summary>The flag server. Without it the selected one, else the only one.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(FeatureFlagServerCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Server { get; set; }

    /// <summary>A file that the token is written to, for its owner alone.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Makes one also when the application has one, which ends then, and writes over a file that is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var services = Services();
        var file = Path is null ? null : Run(() => FileSystemPath.Resolve(this, Path));
        if (!ShouldProcess($"application '{Application}'", "Make a token for the feature flag service")) return;
        var request = new FlagTokenRequest(Server, Application, file, Force);
        if (!TryRun((progress, ct) => services.AddTokenAsync(request, progress, ct), out var made)) return;
        WriteObject(made.Token with { Token = new NetworkCredential(string.Empty, made.Text).SecurePassword });
    }
}
