using System.Diagnostics;
using System.Globalization;
using DevOps.Core.DigitalOcean;
using DevOps.Core.Fleets;
using DevOps.Core.Operations;
using DevOps.Core.Servers;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.LocalClouds;

/// <summary>What is asked of a start of the local cloud.</summary>
/// <param name="Port">The API's loopback port; nothing for the one it had before, or the usual one.</param>
/// <param name="DropletLimit">How many droplets the account may have; nothing for the usual number.</param>
/// <param name="Timeout">How long it may take. The first start of a machine builds the image.</param>
public sealed record LocalCloudRequest(int? Port, int? DropletLimit, TimeSpan Timeout);

/// <summary>
/// Starts, describes and stops the DigitalOcean-compatible API on this machine. Its process knows nothing of this
/// module; the saved connection <c>local</c> leads to it like any other.
/// </summary>
/// <param name="state">The installation's state folder.</param>
/// <param name="programs">Where the program is; beside this assembly when nothing.</param>
public sealed class LocalCloudService(StateFolder state, ServerPrograms? programs = null)
{
    /// <summary>The name of the connection that is saved.</summary>
    public const string ConnectionName = "local";

    /// <summary>The port of a first start for which none was asked.</summary>
    public const int UsualPort = 7080;

    private const string Role = "localcloud";
    private const string FolderName = "localcloud";
    private const string Activity = "Stopping the local cloud";

    private readonly ServerPrograms _programs = programs ?? new ServerPrograms();

    /// <summary>How long its process may take to answer.</summary>
    public TimeSpan AnswerTimeout { get; init; } = AdministrationClient.AnswerTimeout;

    /// <summary>How long stopping or removing its droplets may take, once its process has ended.</summary>
    public TimeSpan MaintenanceTimeout { get; init; } = TimeSpan.FromMinutes(10);

    private string Folder => state.PathOf(FolderName);

    /// <summary>Refuses what cannot work: another system than Linux, another account than root.</summary>
    /// <param name="missing">The packages that root would have to install as well; nothing when that does not matter.</param>
    /// <exception cref="DevOpsException"><c>LocalCloudNeedsLinux</c> or <c>LocalCloudNeedsRoot</c>.</exception>
    public static void CheckPlatform(IReadOnlyList<string>? missing = null)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new DevOpsException(
                "LocalCloudNeedsLinux",
                FailureKind.NotSupported,
                "The local cloud runs droplets as Podman containers and needs Linux.",
                "Run it on a Linux machine, or use a real account with Connect-DigitalOcean.");
        }

        if (!Environment.IsPrivilegedProcess) throw NeedsRoot(Environment.UserName, missing ?? []);
    }

    /// <summary>The failure of an account that is not root.</summary>
    /// <param name="account">The account.</param>
    /// <param name="missing">The packages that the machine lacks as well.</param>
    /// <returns>The failure, with everything that has to be done.</returns>
    internal static DevOpsException NeedsRoot(string account, IReadOnlyList<string> missing)
    {
        var lacks = missing.Count == 0 ? string.Empty : $" It also lacks the Debian packages {string.Join(", ", missing)}.";
        var install = missing.Count == 0 ? string.Empty : $" Start-LocalCloud -InstallPackage then installs the packages; so does: {LocalCloudPackages.InstallCommand(missing)}";
        return new DevOpsException(
            "LocalCloudNeedsRoot",
            FailureKind.PermissionDenied,
            $"The local cloud makes networks and hosts with systemd, which only root may; this is the account '{account}'.{lacks}",
            $"Start the session as root (sudo), then run the command again.{install}");
    }

    /// <summary>Refuses a machine that lacks packages.</summary>
    /// <exception cref="DevOpsException"><c>PackagesMissing</c>, with the command that installs them.</exception>
    public static void CheckPackages()
    {
        var missing = LocalCloudPackages.FindMissing();
        if (missing.Count == 0) return;
        throw new DevOpsException(
            "PackagesMissing",
            FailureKind.NotFound,
            $"The local cloud needs the Debian packages {string.Join(", ", missing)}, which this machine lacks.",
            $"Run Start-LocalCloud -InstallPackage, or as root: {LocalCloudPackages.InstallCommand(missing)}",
            missing);
    }

    /// <summary>Starts the local cloud, or finds it running, and saves the connection to it.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="progress">Hears what it does.</param>
    /// <param name="cancellation">Ends a start that is under way.</param>
    /// <returns>The running local cloud.</returns>
    /// <exception cref="DevOpsException">
    /// <c>ConnectionNameTaken</c>, <c>LocalCloudPortDiffers</c>, and what the start itself met: <c>PortTaken</c>,
    /// <c>ImageNotBuilt</c>, <c>NotEnoughDisk</c>, <c>ContainersRefused</c>, <c>ServerNotReady</c>, …
    /// </exception>
    public async Task<LocalCloud> StartAsync(LocalCloudRequest request, IProgress<OperationMessage> progress, CancellationToken cancellation)
    {
        var store = new ConnectionStore(state);
        var saved = store.List().FirstOrDefault(connection => connection.Name == ConnectionName);
        if (saved is { ApiUri.IsLoopback: false })
        {
            throw new DevOpsException(
                "ConnectionNameTaken",
                FailureKind.Conflict,
                $"The connection '{ConnectionName}' leads to {saved.ApiUri}, so the local cloud's cannot be saved under its name.",
                $"Save that one under another name, then run Disconnect-DigitalOcean {ConnectionName}.",
                ConnectionName);
        }

        var port = request.Port ?? saved?.ApiUri.Port ?? UsualPort;
        var files = ServerFiles.For(state, Role, ConnectionName);
        var status = await new ServerLauncher().StartAsync(Launch(request, port, files), progress, cancellation);
        if (request.Port is { } wanted && status.Endpoint is { } endpoint && endpoint.Port != wanted)
        {
            throw new DevOpsException(
                "LocalCloudPortDiffers",
                FailureKind.Conflict,
                $"The local cloud already runs at {endpoint}, not at port {wanted}.",
                "Leave -Port out, or run Stop-LocalCloud first: it keeps the droplets.",
                wanted);
        }

        using var administration = new AdministrationClient(files.SocketFile);
        var access = await AccessAsync(administration, cancellation);
        store.Save(new SavedConnection(ConnectionName, access.ApiUri, access.Token, access.Email, access.DropletLimit));
        if (store.Selected() is null) store.Select(ConnectionName);
        return Describe(status, access);
    }

    /// <summary>Describes the local cloud.</summary>
    /// <param name="cancellation">Cancels it.</param>
    /// <returns>What it is doing; stopped, when no process runs; failed, when its process does not answer.</returns>
    public async Task<LocalCloud> GetAsync(CancellationToken cancellation)
    {
        using var administration = new AdministrationClient(ServerFiles.For(state, Role, ConnectionName).SocketFile, AnswerTimeout);
        try
        {
            var status = await administration.GetStatusAsync(cancellation);
            if (status is null) return NotServing(LocalCloudState.Stopped, processId: null, activity: null);
            var access = status.State == ServerState.Running ? await AccessAsync(administration, cancellation) : null;
            return Describe(status, access);
        }
        catch (DevOpsException failure) when (failure.Id == "ServerNotAnswering")
        {
            // No error: whoever looks wants to know just this, and whoever stops it is helped by knowing it.
            return NotServing(LocalCloudState.Failed, administration.ProcessId, failure.Message);
        }
    }

    /// <summary>Stops the local cloud and its droplets. A later start brings them back.</summary>
    /// <param name="timeout">How long the process may take to end before it is killed.</param>
    /// <param name="progress">Hears what is done.</param>
    /// <param name="cancellation">Cancels the waiting.</param>
    /// <returns>A task that ends when all is stopped.</returns>
    /// <exception cref="DevOpsException"><c>LocalCloudNotStopped</c>.</exception>
    public async Task StopAsync(TimeSpan timeout, IProgress<OperationMessage> progress, CancellationToken cancellation)
    {
        await EndProcessAsync(timeout, progress, cancellation);
        if (Directory.Exists(Folder)) await RunProgramAsync("suspend", "stopping its droplets", progress, cancellation);
        Finish(progress);
    }

    /// <summary>Removes the local cloud with all droplets, networks, state and its connection. The image is kept.</summary>
    /// <param name="timeout">How long the process may take to end before it is killed.</param>
    /// <param name="progress">Hears what is done, and what is kept.</param>
    /// <param name="cancellation">Cancels it.</param>
    /// <returns>A task that ends when all is gone.</returns>
    /// <exception cref="DevOpsException"><c>LocalCloudNotStopped</c>.</exception>
    public async Task PurgeAsync(TimeSpan timeout, IProgress<OperationMessage> progress, CancellationToken cancellation)
    {
        await ForgetAccountAsync(cancellation);
        await EndProcessAsync(timeout, progress, cancellation);
        // Without a folder there can still be containers: somebody may have deleted it by hand.
        if (LocalCloudPackages.FindMissing().Count == 0 || Directory.Exists(Folder))
        {
            var kept = await RunProgramAsync("purge", "removing its droplets and networks", progress, cancellation);
            foreach (var line in kept.Split('\n', StringSplitOptions.RemoveEmptyEntries)) progress.Report(new InformationMessage(line));
        }

        var files = ServerFiles.For(state, Role, ConnectionName);
        File.Delete(files.LogFile);
        File.Delete(files.SocketFile);
        if (ConnectionIfSaved() is not null) new ConnectionStore(state).Remove(ConnectionName);
        Finish(progress);
    }

    private async Task ForgetAccountAsync(CancellationToken cancellation)
    {
        // Only the API knows which notes about fleets are this account's; without it they stay, and harm nobody.
        if (ConnectionIfSaved() is null || (await GetAsync(cancellation)).State != LocalCloudState.Running) return;
        using var session = CloudSession.Open(state, ConnectionName);
        await new FleetService(state, session).ForgetAccountAsync(cancellation);
    }

    private LocalCloud NotServing(LocalCloudState described, int? processId, string? activity) =>
        new(described, ApiUri: null, ConnectionIfSaved(), KeptDroplets(), processId, Folder, activity);

    private static async Task<LocalCloudAccess> AccessAsync(AdministrationClient administration, CancellationToken cancellation) =>
        await administration.GetAsync("access", LocalCloudJson.Default.LocalCloudAccess, cancellation) ?? throw new DevOpsException(
            "ServerAnswerInvalid",
            FailureKind.OperationFailed,
            "The local cloud runs but does not say how it is reached.",
            "It may be of another version of the module: run Stop-LocalCloud, then Start-LocalCloud.");

    private static void Finish(IProgress<OperationMessage> progress) =>
        progress.Report(new ProgressMessage(Activity, Item: null, "done", IsCompleted: true));

    private ServerLaunch Launch(LocalCloudRequest request, int port, ServerFiles files)
    {
        List<string> arguments = ["serve", "--folder", Folder, "--port", Number(port), "--socket", files.SocketFile, "--instance", ConnectionName];
        if (request.DropletLimit is { } limit) arguments.AddRange(["--droplet-limit", Number(limit)]);
        return new ServerLaunch(Role, ConnectionName, _programs.LocalCloud, arguments, ForeignVariables.Removed(), files.LogFile, files.SocketFile, request.Timeout);
    }

    private LocalCloud Describe(ServerStatus status, LocalCloudAccess? access) => new(
        status.State switch
        {
            ServerState.Running => LocalCloudState.Running,
            ServerState.Failed => LocalCloudState.Failed,
            ServerState.Stopping => LocalCloudState.Stopped,
            _ => LocalCloudState.Starting,
        },
        access?.ApiUri,
        ConnectionIfSaved(),
        access?.Droplets ?? KeptDroplets(),
        status.ProcessId,
        Folder,
        status.Failure?.Message ?? status.Activity);

    private string? ConnectionIfSaved() =>
        new ConnectionStore(state).List().Any(connection => connection.Name == ConnectionName && connection.ApiUri.IsLoopback) ? ConnectionName : null;

    // While nobody answers: each droplet has a folder with its first-boot instructions.
    private int KeptDroplets()
    {
        var folder = Path.Combine(Folder, "droplets");
        return Directory.Exists(folder) ? Directory.EnumerateDirectories(folder).Count() : 0;
    }

    private async Task EndProcessAsync(TimeSpan timeout, IProgress<OperationMessage> progress, CancellationToken cancellation)
    {
        progress.Report(new ProgressMessage(Activity, Item: null, "ending its process"));
        await new ServerLauncher().StopAsync(ServerFiles.For(state, Role, ConnectionName).SocketFile, timeout, cancellation);
    }

    private async Task<string> RunProgramAsync(string command, string status, IProgress<OperationMessage> progress, CancellationToken cancellation)
    {
        progress.Report(new ProgressMessage(Activity, Item: null, status));
        var start = new ProcessStartInfo(ServerPrograms.FindDotnet())
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in (string[])[_programs.LocalCloud, command, "--folder", Folder]) start.ArgumentList.Add(argument);
        foreach (var name in ForeignVariables.Removed().Keys) start.Environment[name] = null;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(MaintenanceTimeout);
        using var process = Process.Start(start)!;
        try
        {
            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode == 0 ? output : throw NotStopped((await errors).Trim());
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw NotStopped($"{status} took longer than {MaintenanceTimeout.TotalMinutes.ToString("0.##", CultureInfo.InvariantCulture)} minutes.");
        }
        finally
        {
            // What it has not done yet is done by the next stop.
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    private static DevOpsException NotStopped(string cause) => new(
        "LocalCloudNotStopped",
        FailureKind.OperationFailed,
        $"The local cloud could not be stopped completely: {cause}",
        "Mend the cause, then run Stop-LocalCloud again.",
        ConnectionName);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
