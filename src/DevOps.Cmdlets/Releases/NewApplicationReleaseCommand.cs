using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Cmdlets.Environments;
using DevOps.Core;
using DevOps.Core.Environments;
using DevOps.Core.Releases;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Cmdlets.Releases;

/// <summary>
/// <para type="synopsis">Builds applications at a commit.</para>
/// <para type="description">Lays each application's source folder out at the commit, runs its build command, and keeps the result with the application's definition as a release on the control host. The build sees neither the working copy nor the API token, the keys or the state folder, and as root it runs under the account devops-build. Its output is shown as it comes. The same commit with the same definition is built once; commits whose source folder has the same content share a build. Nothing is deployed.</para>
/// </summary>
/// <example>
/// <code>New-ApplicationRelease -Environment ./production.psd1 -Repository /srv/git/shop.git -Commit production</code>
/// <para>Builds every application of the environment at the tip of the branch production.</para>
/// </example>
/// <example>
/// <code>New-ApplicationRelease ./production.psd1 itrust -Repository . -Commit HEAD~1 -Force</code>
/// <para>Builds one application at an earlier commit, even if that was done before.</para>
/// </example>
[Cmdlet(VerbsCommon.New, "ApplicationRelease", SupportsShouldProcess = true)]
[OutputType(typeof(ApplicationRelease))]
public sealed class NewApplicationReleaseCommand : DevOpsCommand
{
    /// <summary>The environment that describes the applications: its file, or the name of one that was deployed from here.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ArgumentCompleter(typeof(EnvironmentNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string Environment { get; set; } = string.Empty;

    /// <summary>The applications to build; all of the environment when it is left out.</summary>
    [Parameter(Position = 1, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(EnvironmentApplicationCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>The git repository that holds the source, bare or not.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Repository { get; set; } = ".";

    /// <summary>The commit to build: its id, a branch, a tag, or anything else that git takes for a commit.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Commit { get; set; } = "HEAD";

    /// <summary>Build even when the release is there already.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var environment = Run(() => EnvironmentLocator.FindOne(this, StateFolder.Open(), Environment));
        var repository = Run(() => FileSystemPath.Resolve(this, Repository));
        // Resolved once, so that all applications are built at the same commit even while somebody pushes.
        var commit = Run(async (_, ct) => await (await GitRepository.OpenAsync(repository, ct)).ResolveAsync(Commit, ct));
        var names = Name.Length > 0 ? Name : [.. environment.Applications.Select(application => application.Name)];
        foreach (var name in names)
        {
            if (!TryRun(() => Find(environment, name), out var application)) continue;
            if (!ShouldProcess($"{application.Name} at {commit} of {repository}", "Build")) continue;
            var built = TryRun(
                (progress, ct) => new ReleaseStore(StateFolder.Open()).BuildAsync(environment, application, repository, commit, Operator.Name(), Force, progress, ct),
                out var release);
            if (built) WriteObject(release);
        }
    }

    private static ApplicationDefinition Find(EnvironmentDefinition environment, string name) =>
        environment.Applications.FirstOrDefault(application => string.Equals(application.Name, name, StringComparison.OrdinalIgnoreCase)) ?? throw new DevOpsException(
            "ApplicationNotFound",
            FailureKind.NotFound,
            $"The environment {environment.Name} has no application '{name}'.",
            $"Its applications are {string.Join(", ", environment.Applications.Select(application => application.Name))}: see {environment.File}.",
            name);
}
