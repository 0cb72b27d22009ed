using System.Globalization;
using System.Text.Json;

namespace DevOps.LocalCloud.Containers;

/// <summary>Podman as the container engine.</summary>
/// <param name="instance">What marks everything that belongs to this cloud.</param>
/// <param name="image">The droplets' image.</param>
/// <param name="options">The options under which containers run on this machine.</param>
internal sealed class PodmanEngine(InstanceLabel instance, string image, IReadOnlyList<string> options) : IContainerEngine
{
    private const int NetworkAttempts = 16;

    /// <inheritdoc/>
    public async Task<CloudNetworks> EnsureNetworksAsync(CloudNetworks? current, CancellationToken cancellation)
    {
        var existing = await SubnetsByNetworkAsync(cancellation);
        var shown = await EnsureNetworkAsync(instance.PublicNetwork, isInternal: false, current?.Public, existing, cancellation);
        var hidden = await EnsureNetworkAsync(instance.PrivateNetwork, isInternal: true, current?.Private, existing, cancellation);
        return new CloudNetworks(shown, hidden);
    }

    /// <inheritdoc/>
    public async Task<ContainerProcess> CreateAsync(ContainerSpecification specification, CancellationToken cancellation)
    {
        var (networks, host) = (specification.Networks, specification.Host);
        var name = instance.ContainerName(specification.DropletId);
        await Podman.RunAsync(
            [
                "run", "--detach", "--replace", "--pull=never", "--quiet",
                "--name", name,
                "--hostname", specification.HostName,
                "--label", instance.Label,
                "--label", string.Create(CultureInfo.InvariantCulture, $"{InstanceLabel.DropletKey}={specification.DropletId}"),
                "--network", NetworkOption(instance.PublicNetwork, networks.Public, host, "eth0"),
                "--network", NetworkOption(instance.PrivateNetwork, networks.Private, host, "eth1"),
                "--volume", $"{specification.SeedFolder}:/var/lib/cloud/seed/nocloud:ro",
                "--log-driver=none",
                .. options,
                image,
                "/lib/systemd/systemd",
            ],
            cancellation);
        return await ProcessOfAsync(name, cancellation);
    }

    /// <inheritdoc/>
    public async Task<ContainerProcess?> StartAsync(long dropletId, CancellationToken cancellation)
    {
        var name = instance.ContainerName(dropletId);
        if (!await Podman.SucceedsAsync(["container", "exists", name], cancellation)) return null;
        await Podman.RunAsync(["start", name], cancellation);
        return await ProcessOfAsync(name, cancellation);
    }

    /// <inheritdoc/>
    public Task StopAsync(long dropletId, TimeSpan grace, CancellationToken cancellation) =>
        Podman.RunAsync(["stop", "--ignore", "--time", Seconds(grace), instance.ContainerName(dropletId)], cancellation);

    /// <inheritdoc/>
    public Task RemoveAsync(long dropletId, CancellationToken cancellation) =>
        Podman.RunAsync(["rm", "--force", "--ignore", "--volumes", "--time", "0", instance.ContainerName(dropletId)], cancellation);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ContainerInfo>> ListAsync(CancellationToken cancellation)
    {
        var output = await Podman.RunAsync(["ps", "--all", "--filter", $"label={instance.Label}", "--format", "json"], cancellation);
        using var document = JsonDocument.Parse(output);
        return [.. document.RootElement.EnumerateArray().Select(Describe)];
    }

    /// <inheritdoc/>
    public bool IsRunning(ContainerProcess process) => ProcessTable.StartOf(process.Id) == process.StartedAt;

    private static ContainerInfo Describe(JsonElement container)
    {
        var droplet = long.Parse(container.GetProperty("Labels").GetProperty(InstanceLabel.DropletKey).GetString()!, CultureInfo.InvariantCulture);
        var isRunning = string.Equals(container.GetProperty("State").GetString(), "running", StringComparison.Ordinal);
        var processId = container.GetProperty("Pid").GetInt32();
        var started = isRunning ? ProcessTable.StartOf(processId) : null;
        return new ContainerInfo(droplet, started is { } start ? new ContainerProcess(processId, start) : null);
    }

    private static string NetworkOption(string network, Subnet subnet, int host, string name) =>
        $"{network}:ip={subnet.Address(host)},mac={subnet.HardwareAddress(host)},interface_name={name}";

    private static string Seconds(TimeSpan time) => ((int)time.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    private static async Task<ContainerProcess> ProcessOfAsync(string name, CancellationToken cancellation)
    {
        var output = await Podman.RunAsync(["container", "inspect", "--format", "{{.State.Pid}}", name], cancellation);
        var processId = int.Parse(output, CultureInfo.InvariantCulture);
        return processId > 0 && ProcessTable.StartOf(processId) is { } start
            ? new ContainerProcess(processId, start)
            : throw new PodmanException($"The container {name} ended as soon as it was started.");
    }

    private static async Task<Dictionary<string, List<string>>> SubnetsByNetworkAsync(CancellationToken cancellation)
    {
        // "podman network ls" knows names only; inspect without a name is an error.
        var names = (await Podman.RunAsync(["network", "ls", "--format", "{{.Name}}"], cancellation)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var found = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            // A network of somebody else may be removed between the two commands.
            var result = await CommandRunner.RunAsync(Podman.Program, ["network", "inspect", name], onErrorLine: null, cancellation);
            if (result.ExitCode != 0) continue;
            using var document = JsonDocument.Parse(result.Output);
            found[name] = [.. document.RootElement.EnumerateArray()
                .Where(network => network.TryGetProperty("subnets", out var subnets) && subnets.ValueKind == JsonValueKind.Array)
                .SelectMany(network => network.GetProperty("subnets").EnumerateArray())
                .Select(subnet => subnet.GetProperty("subnet").GetString()!)];
        }

        return found;
    }

    private async Task<Subnet> EnsureNetworkAsync(
        string name,
        bool isInternal,
        Subnet? current,
        Dictionary<string, List<string>> existing,
        CancellationToken cancellation)
    {
        if (current is not null && existing.TryGetValue(name, out var subnets) && subnets.Contains(current.Notation)) return current;
        // One that an interrupted first start left behind: what it was is not known, so it is made anew.
        if (existing.Remove(name)) await Podman.RunAsync(["network", "rm", "--force", name], cancellation);
        var free = FreeSubnets.Find(existing.Values.SelectMany(all => all)).Take(NetworkAttempts);
        PodmanException? refusal = null;
        foreach (var subnet in current is null ? free : free.Prepend(current))
        {
            try
            {
                string[] kind = isInternal ? ["--internal"] : [];
                await Podman.RunAsync(
                    ["network", "create", "--disable-dns", "--label", instance.Label, "--subnet", subnet.Notation, "--gateway", subnet.Gateway, .. kind, name],
                    cancellation);
                existing[name] = [subnet.Notation];
                return subnet;
            }
            catch (PodmanException exception)
            {
                // Another cloud that starts at the same moment may have taken it; Podman refuses what overlaps.
                refusal = exception;
            }
        }

        throw refusal ?? new PodmanException("No free subnet was found between 10.201.0.0 and 10.249.255.0.");
    }
}
