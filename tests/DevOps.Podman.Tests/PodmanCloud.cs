using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using DevOps.Core;
using DevOps.Core.DigitalOcean;
using DevOps.Core.Hosts;
using DevOps.Core.LocalClouds;
using DevOps.Core.Operations;
using DevOps.Core.Servers;
using DevOps.Core.State;
using DevOps.Model;
using DevOps.Server.Tests.Hosting;

namespace DevOps.Podman.Tests;

/// <summary>A local cloud on real containers, with a state folder of its own. All that it made is removed at its end; what a killed run left is removed by the next.</summary>
public sealed class PodmanCloud : IAsyncDisposable
{
    private static readonly string AllRuns = Path.Combine(Path.GetTempPath(), "devops-podman-tests");

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string _folder;

    private PodmanCloud(string folder)
    {
        _folder = folder;
        State = StateFolder.Open(Path.Combine(folder, "state"));
        Service = ServiceOf(folder);
    }

    /// <summary>The state folder.</summary>
    public StateFolder State { get; }

    /// <summary>What starts and stops it.</summary>
    public LocalCloudService Service { get; }

    /// <summary>The folder with the cloud's own state.</summary>
    public string CloudFolder => State.PathOf("localcloud");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Makes a cloud that does not run yet.</summary>
    /// <returns>The cloud.</returns>
    public static async Task<PodmanCloud> PrepareAsync()
    {
        await RemoveDeadRunsAsync();
        var folder = Path.Combine(AllRuns, string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}"));
        Directory.CreateDirectory(folder);
        return new PodmanCloud(folder);
    }

    /// <summary>Makes and starts a cloud.</summary>
    /// <returns>The cloud.</returns>
    public static async Task<PodmanCloud> StartAsync()
    {
        var cloud = await PrepareAsync();
        try
        {
            await cloud.StartServiceAsync(FreePort.Find());
            return cloud;
        }
        catch
        {
            await cloud.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs podman.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>The lines of its standard output.</returns>
    public static async Task<string[]> PodmanAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("podman") { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None);
        Assert.True(process.ExitCode == 0, $"podman {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{output}");
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>The same service, which waits for nothing for long.</summary>
    /// <param name="maintenance">How long it waits for droplets to be stopped.</param>
    /// <returns>The service.</returns>
    public LocalCloudService Impatient(TimeSpan? maintenance = null) => ServiceOf(_folder, TimeSpan.FromSeconds(1), maintenance);

    /// <summary>Starts it, or starts it again.</summary>
    /// <param name="port">The port; the last one when nothing.</param>
    /// <returns>The running cloud.</returns>
    public Task<LocalCloud> StartServiceAsync(int? port = null) =>
        Service.StartAsync(new LocalCloudRequest(port, DropletLimit: null, TimeSpan.FromMinutes(10)), new Silence(), Cancellation);

    /// <summary>Makes a droplet with a host key that is known beforehand, and waits until cloud-init has finished.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The active droplet.</returns>
    public async Task<Droplet> CreateAsync(string name)
    {
        using var session = Open();
        var client = await new ClientKeyStore(State).GetOrCreateAsync(Cancellation);
        if (await session.Client.FindKeyAsync(client.ApiFingerprint, Cancellation) is null) await session.Client.CreateKeyAsync("test", client.PublicKey, Cancellation);
        var host = SshKeyPair.Generate();
        var userData = $"""
            #cloud-config
            ssh_keys:
              ed25519_private: |
                {host.PrivateKey.Trim().Replace("\n", "\n    ", StringComparison.Ordinal)}
              ed25519_public: {host.PublicKey}
            """;
        var request = new DropletCreateRequest(name, "fra1", "s-1vcpu-1gb", "debian-12-x64", [client.ApiFingerprint], [DropletTags.HostKeyPrefix + host.HostKey], userData);
        var droplet = await WaitForStatusAsync(await session.Client.CreateDropletAsync(request, Cancellation), DropletStatus.Active);
        await RunAsync(droplet, "cloud-init status --wait >/dev/null");
        return droplet;
    }

    /// <summary>Waits until the API shows a droplet in a state.</summary>
    /// <param name="droplet">The droplet.</param>
    /// <param name="status">The state.</param>
    /// <returns>The droplet in that state.</returns>
    public async Task<Droplet> WaitForStatusAsync(Droplet droplet, DropletStatus status)
    {
        using var session = Open();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(Patience);
        while (true)
        {
            var now = await session.Client.FindDropletAsync(droplet.Id, limit.Token);
            if (now?.Status == status) return now;
            await Task.Delay(200, limit.Token);
        }
    }

    /// <summary>Powers a droplet on and waits until it is.</summary>
    /// <param name="droplet">The droplet.</param>
    /// <returns>The active droplet.</returns>
    public async Task<Droplet> PowerOnAsync(Droplet droplet)
    {
        using var session = Open();
        await session.Client.StartActionAsync(droplet, "power_on", Cancellation);
        return await WaitForStatusAsync(droplet, DropletStatus.Active);
    }

    /// <summary>Runs a command on a droplet over SSH with its host key verified, as soon as it answers.</summary>
    /// <param name="droplet">The droplet.</param>
    /// <param name="code">The command.</param>
    /// <returns>Its output, when it ended with 0.</returns>
    public async Task<string> RunAsync(Droplet droplet, string code)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(Patience);
        while (true)
        {
            try
            {
                await using var host = await new HostConnector(State).ConnectAsync(droplet, limit.Token);
                var result = await host.RunAsync(code, ct: limit.Token);
                Assert.Equal(0, result.ExitCode);
                return result.Output.Trim();
            }
            catch (DevOpsException failure) when (failure.Id == "DropletUnreachable" && !limit.IsCancellationRequested)
            {
                await Task.Delay(200, limit.Token);
            }
        }
    }

    /// <summary>The name of a droplet's container.</summary>
    /// <param name="droplet">The droplet.</param>
    /// <returns>The name.</returns>
    public async Task<string> ContainerOfAsync(Droplet droplet) => Assert.Single(
        await PodmanAsync("ps", "--all", "--format", "{{.Names}}", "--filter", $"label={Label}", "--filter", $"label=localcloud.droplet={droplet.Id}"));

    /// <summary>The containers and networks that bear this cloud's label.</summary>
    /// <returns>Their names.</returns>
    public async Task<string[]> MarkedAsync() =>
    [
        .. await PodmanAsync("ps", "--all", "--format", "{{.Names}}", "--filter", $"label={Label}"),
        .. await PodmanAsync("network", "ls", "--format", "{{.Name}}", "--filter", $"label={Label}"),
    ];

    /// <summary>Removes all that it made.</summary>
    /// <returns>A task that ends when it is gone.</returns>
    public async ValueTask DisposeAsync() => await RemoveAsync(_folder);

    private string Label =>
        "localcloud.instance=" + Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(CloudFolder)))[..12];

    private static LocalCloudService ServiceOf(string folder, TimeSpan? answerTimeout = null, TimeSpan? maintenance = null)
    {
        // The layout of module/bin, with the program as it was just built.
        var built = typeof(PodmanCloud).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "LocalCloud").Value!;
        var link = Path.Combine(folder, "bin", "localcloud");
        Directory.CreateDirectory(Path.GetDirectoryName(link)!);
        if (!Directory.Exists(link)) Directory.CreateSymbolicLink(link, built);
        return new LocalCloudService(StateFolder.Open(Path.Combine(folder, "state")), new ServerPrograms(Path.Combine(folder, "bin")))
        {
            AnswerTimeout = answerTimeout ?? AdministrationClient.AnswerTimeout,
            MaintenanceTimeout = maintenance ?? Patience,
        };
    }

    private static async Task RemoveDeadRunsAsync()
    {
        if (!Directory.Exists(AllRuns)) return;
        foreach (var folder in Directory.EnumerateDirectories(AllRuns))
        {
            var id = int.Parse(Path.GetFileName(folder).Split('-')[0], CultureInfo.InvariantCulture);
            if (!ProcessLiveness.IsAlive(id)) await RemoveAsync(folder);
        }
    }

    private static async Task RemoveAsync(string folder)
    {
        await ServiceOf(folder).PurgeAsync(TimeSpan.FromSeconds(30), new Silence(), CancellationToken.None);
        Directory.Delete(folder, recursive: true);
    }

    private CloudSession Open() => CloudSession.Open(State, LocalCloudService.ConnectionName);

    private sealed class Silence : IProgress<OperationMessage>
    {
        public void Report(OperationMessage value)
        {
            // The tests look at results.
        }
    }
}
