using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using DevOps.Core.DigitalOcean;
using DevOps.Core.Operations;
using DevOps.Core.Servers;
using DevOps.Core.State;
using DevOps.Droplets.Tests.Hosting;
using DevOps.Server.Tests.Hosting;

[assembly: AssemblyFixture(typeof(LocalCloudFixture))]

namespace DevOps.Droplets.Tests.Hosting;

/// <summary>
/// One local cloud for the whole run, with a state folder and a port of its own. Everything it made is removed at the end,
/// also when tests fail; what a killed run left behind is removed by the next one.
/// </summary>
public sealed class LocalCloudFixture : IAsyncLifetime
{
    /// <summary>The connection that leads to the cloud. It is the selected one.</summary>
    public const string Connection = "local";

    // The folder of a run carries its process id, so that the folders of dead runs can be told.
    private static readonly string AllRuns = Path.Combine(Path.GetTempPath(), "devops-droplets-tests");

    private readonly string _folder = Path.Combine(AllRuns, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
    private ServerFiles? _files;

    /// <summary>Makes the fixture; starts nothing.</summary>
    public LocalCloudFixture() => Pair = new FleetOfTwo(this);

    /// <summary>The state folder. DEVOPS_STATE leads to it too, so that started processes find it.</summary>
    public StateFolder State { get; private set; } = null!;

    /// <summary>Two droplets for all tests that do them no harm.</summary>
    public FleetOfTwo Pair { get; }

    /// <summary>Opens a session with the cloud's account.</summary>
    /// <returns>The session.</returns>
    public CloudSession Open() => CloudSession.Open(State, Connection);

    /// <summary>Starts the cloud.</summary>
    /// <returns>A task that ends once its API answers.</returns>
    public async ValueTask InitializeAsync()
    {
        await RemoveDeadRunsAsync();
        State = StateOf(_folder);
        State.Folder();
        Environment.SetEnvironmentVariable(StateFolder.Variable, State.Root);
        _files = FilesOf(State);
        var launch = new ServerLaunch(
            "localcloud",
            "test",
            Program,
            ["serve", "--folder", CloudFolderOf(_folder), "--port", $"{FreePort.Find()}", "--socket", _files.SocketFile, "--instance", "test", "--requests-per-minute", "100000", "--requests-per-hour", "1000000"],
            new Dictionary<string, string?>(StringComparer.Ordinal),
            _files.LogFile,
            _files.SocketFile,
            TimeSpan.FromMinutes(10));
        await new ServerLauncher().StartAsync(launch, new Progress<OperationMessage>(), CancellationToken.None);
        await ConnectAsync();
    }

    /// <summary>Ends the cloud and removes its droplets, networks and files.</summary>
    /// <returns>A task that ends once nothing is left.</returns>
    public async ValueTask DisposeAsync()
    {
        await EndAsync(_folder);
    }

    private static string Program =>
        typeof(LocalCloudFixture).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "LocalCloud").Value!;

    private static string CloudFolderOf(string folder) => Path.Combine(folder, "cloud");

    private static async Task RemoveDeadRunsAsync()
    {
        if (!Directory.Exists(AllRuns)) return;
        foreach (var folder in Directory.EnumerateDirectories(AllRuns))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) && !ProcessLiveness.IsAlive(id)) await EndAsync(folder);
        }
    }

    // The cloud outlives the process that started it, so a dead run's may still be there.
    private static async Task EndAsync(string folder)
    {
        await new ServerLauncher().StopAsync(FilesOf(StateOf(folder)).SocketFile, TimeSpan.FromSeconds(30), CancellationToken.None);
        await PurgeAsync(folder);
    }

    private static StateFolder StateOf(string folder) => StateFolder.Open(Path.Combine(folder, "state"));

    private static ServerFiles FilesOf(StateFolder state) => ServerFiles.For(state, "localcloud", "test");

    private static async Task PurgeAsync(string folder)
    {
        using var purge = Process.Start(ServerPrograms.FindDotnet(), [Program, "purge", "--folder", CloudFolderOf(folder)]);
        await purge.WaitForExitAsync();
        Assert.Equal(0, purge.ExitCode);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    private async Task ConnectAsync()
    {
        using var administration = new AdministrationClient(_files!.SocketFile);
        var access = await administration.GetAsync("access", CloudAccessJson.Default.CloudAccess, CancellationToken.None);
        Assert.NotNull(access);
        await new AccountConnector(State).ConnectAsync(Connection, access.ApiUri, access.Token, select: true, CancellationToken.None);
    }
}
