using System.ComponentModel;
using System.Diagnostics;
using DevOps.Core.Operations;

namespace DevOps.Core.Releases;

/// <summary>
/// Who runs pushed code. Root's builds run as an account of their own that owns nothing and can become nobody else;
/// everybody else's builds run as themselves. Where Linux allows it, a build has a process namespace of its own, so that
/// nothing that it starts outlives it.
/// </summary>
internal sealed class BuildSandbox
{
    /// <summary>The account under which root's builds run.</summary>
    public const string AccountName = "devops-build";

    private const int AccountExists = 9;
    private static readonly string[] OwnProcesses = ["unshare", "--pid", "--fork", "--kill-child=KILL", "--mount-proc", "--"];

    private readonly string[] _asAccount;
    private readonly string[] _isolated;

    private BuildSandbox(string? account, string[] asAccount, bool hasOwnProcesses)
    {
        Account = account;
        HasOwnProcesses = hasOwnProcesses;
        _asAccount = asAccount;
        _isolated = hasOwnProcesses ? [.. OwnProcesses, .. asAccount] : asAccount;
    }

    /// <summary>The account, when it is another than the caller's.</summary>
    public string? Account { get; }

    /// <summary>Whether all that a build starts ends with it. Without, what runs under the account is ended by hand.</summary>
    public bool HasOwnProcesses { get; }

    /// <summary>Finds out what this machine allows, and makes the account when it is missing.</summary>
    /// <param name="progress">Hears what was done.</param>
    /// <param name="ct">Ends the work.</param>
    /// <returns>The sandbox.</returns>
    /// <exception cref="DevOpsException"><c>BuildAccountMissing</c>: root's builds would have to run as root.</exception>
    public static async Task<BuildSandbox> PrepareAsync(IProgress<OperationMessage> progress, CancellationToken ct)
    {
        if (OperatingSystem.IsWindows()) throw new DevOpsException("BuildNotSupported", FailureKind.NotSupported, "Releases are built by /bin/sh, which Windows does not have.", "Build and deploy from Linux or macOS, or in the Windows Subsystem for Linux.");
        if (!Environment.IsPrivilegedProcess) return new BuildSandbox(account: null, [], hasOwnProcesses: false);
        if (!OperatingSystem.IsLinux()) throw AccountMissing("this platform has no setpriv", inner: null);
        var (user, group) = await EnsureAccountAsync(progress, ct);
        var hasOwnProcesses = (await RunAsync([.. OwnProcesses, "true"], ct)).ExitCode == 0;
        if (!hasOwnProcesses) progress.Report(new VerboseMessage("This machine allows no process namespaces: what a build leaves running is ended by its account."));
        return new BuildSandbox(AccountName, ["setpriv", "--reuid", user, "--regid", group, "--clear-groups", "--no-new-privs", "--"], hasOwnProcesses);
    }

    /// <summary>A command of ours, run under the account.</summary>
    /// <param name="command">Program and arguments.</param>
    /// <returns>Program and arguments.</returns>
    public IReadOnlyList<string> AsAccount(params string[] command) => [.. _asAccount, .. command];

    /// <summary>A command of pushed code, run under the account and apart.</summary>
    /// <param name="command">Program and arguments.</param>
    /// <returns>Program and arguments.</returns>
    public IReadOnlyList<string> Isolated(params string[] command) => [.. _isolated, .. command];

    /// <summary>Gives folders to the account.</summary>
    /// <param name="folders">The folders, without what is in them.</param>
    /// <param name="ct">Ends the work.</param>
    /// <returns>A task that ends once it is done.</returns>
    public async Task GiveAsync(IEnumerable<string> folders, CancellationToken ct)
    {
        if (Account is null) return;
        var given = await RunAsync(["chown", $"{Account}:", "--", .. folders], ct);
        if (given.ExitCode != 0) throw new DevOpsException("BuildFolderNotWritable", FailureKind.PermissionDenied, $"The build folder cannot be given to the account {Account}: {given.ErrorOutput.Trim()}", "Free disk space, or mount the cache folder of this machine for writing.");
    }

    /// <summary>Ends what a build may have left running where it has no process namespace of its own.</summary>
    /// <param name="ct">Ends the work.</param>
    /// <returns>A task that ends once it is done.</returns>
    public async Task EndLeftoversAsync(CancellationToken ct)
    {
        if (Account is not null && !HasOwnProcesses) _ = await RunAsync([.. _asAccount, "/bin/sh", "-c", "kill -KILL -1"], ct);
    }

    private static async Task<(string User, string Group)> EnsureAccountAsync(IProgress<OperationMessage> progress, CancellationToken ct)
    {
        var user = await RunAsync(["id", "-u", AccountName], ct);
        if (user.ExitCode != 0)
        {
            string[] command = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", AccountName];
            var made = await RunAsync(command, ct);
            if (made.ExitCode is not (0 or AccountExists)) throw AccountMissing(made.ErrorOutput.Trim(), inner: null);
            progress.Report(new VerboseMessage($"Created the account {AccountName}, under which builds run."));
            user = await RunAsync(["id", "-u", AccountName], ct);
        }

        var group = await RunAsync(["id", "-g", AccountName], ct);
        return user.ExitCode == 0 && group.ExitCode == 0
            ? (user.Output.Trim(), group.Output.Trim())
            : throw AccountMissing(user.ErrorOutput.Trim(), inner: null);
    }

    private static async Task<ChildResult> RunAsync(string[] command, CancellationToken ct)
    {
        try
        {
            return await ChildProcess.RunAsync(new ProcessStartInfo(command[0], command[1..]), ct);
        }
        catch (Win32Exception exception)
        {
            throw AccountMissing($"'{command[0]}' cannot be started: {exception.Message}", exception);
        }
    }

    private static DevOpsException AccountMissing(string cause, Exception? inner) => new(
        "BuildAccountMissing",
        FailureKind.PermissionDenied,
        $"Pushed code is never built as root, and the account {AccountName} cannot be used: {cause}.",
        $"Create it: useradd --system --user-group --no-create-home --shell /usr/sbin/nologin {AccountName}. Or run as an ordinary user.",
        AccountName,
        inner);
}
