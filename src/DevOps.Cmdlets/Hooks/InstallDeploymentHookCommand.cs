using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Cmdlets.Environments;
using DevOps.Core.Releases.Hooks;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Cmdlets.Hooks;

/// <summary>
/// <para type="synopsis">Makes a git repository deploy what is pushed to a branch of it.</para>
/// <para type="description">Writes the post-receive hook of a bare repository. Whoever pushes to the branch sees the deployment's progress, then the table of instances, and the commands for another try and for the way back. A push to the branch of the canaries is deployed to the canaries only, of the applications that have some, and leaves them in the split of their balancer; the next push to the branch brings them along with all others. Pushes to other branches deploy nothing and say so. The hook carries full paths: of this session's PowerShell, of the module, of the environment file and of the state folder, so install it again after any of them has moved. A hook of this module is replaced; somebody else's is never touched. The repository must belong to the account that installs the hook: deployments run as that account.</para>
/// </summary>
/// <example>
/// <code>Install-DeploymentHook -Repository /srv/git/shop.git -Environment /srv/shop/production.psd1</code>
/// <para>From now on, git push of the branch production deploys.</para>
/// </example>
/// <example>
/// <code>Install-DeploymentHook /srv/git/shop.git ./production.psd1 -CanaryBranch ''</code>
/// <para>No branch is for the canaries: a push to the branch production updates them first, and then the others.</para>
/// </example>
/// <example>
/// <code>Install-DeploymentHook /srv/git/shop.git ./staging.psd1 -Branch main -Connection staging</code>
/// <para>Deploys what is pushed to main, to another environment and through another account.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Install, "DeploymentHook", SupportsShouldProcess = true)]
[OutputType(typeof(DeploymentHook))]
public sealed class InstallDeploymentHookCommand : DevOpsCommand
{
    private const string ScriptPath = "hooks/post-receive.ps1";

    /// <summary>The bare repository that is pushed to.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName", "PSPath")]
    [ValidateNotNullOrEmpty]
    public string Repository { get; set; } = string.Empty;

    /// <summary>The environment file. It stays where it is and is read anew by each deployment.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Environment { get; set; } = string.Empty;

    /// <summary>The branch whose pushes are deployed.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(BranchCompleter))]
    [ValidateNotNullOrEmpty]
    public string Branch { get; set; } = "production";

    /// <summary>The branch whose pushes are deployed to the canaries only. An empty text switches that off.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString]
    [AllowNull]
    public string? CanaryBranch { get; set; } = "canary";

    /// <summary>The saved connection to use instead of the one that the environment file names.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ConnectionCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Connection { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var repository = Run(() => FileSystemPath.Resolve(this, Repository));
        var environment = Run(() => EnvironmentReader.Load(FileSystemPath.Resolve(this, Environment)));
        if (!ShouldProcess(repository, $"Install a hook that deploys {Branch} to {environment.Name}")) return;
        var state = StateFolder.Open();
        // A misspelt connection would otherwise be found out by the first push.
        if (Connection is not null) Run(() => new ConnectionStore(state).Get(Connection));
        var version = typeof(InstallDeploymentHookCommand).Assembly.GetName().Version!.ToString(fieldCount: 3);
        var plan = Run(() => new HookPlan(Branch, CanaryBranch, environment.File, Connection, state.Root, OwnShell.Find(), OwnShell.FindScript(ScriptPath), version));
        if (TryRun((_, ct) => HookInstaller.InstallAsync(repository, plan, ct), out var hook)) WriteObject(hook);
    }
}
