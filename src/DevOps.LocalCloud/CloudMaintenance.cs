using System.Globalization;
using DevOps.LocalCloud.Containers;
using DevOps.LocalCloud.Droplets;

namespace DevOps.LocalCloud;

/// <summary>What is done to a cloud whose process does not run.</summary>
internal static class CloudMaintenance
{
    private const int ShutdownSeconds = 20;

    /// <summary>Shuts its droplets down; those that are on come back with the next start.</summary>
    /// <param name="folder">The cloud's state folder.</param>
    /// <param name="cancellation">Cancels it.</param>
    public static async Task SuspendAsync(string folder, CancellationToken cancellation)
    {
        // Written first: droplets that are stopped when this is interrupted come back all the same.
        CloudStore.Open(folder).Change(state => state.IsSuspended ? state : state with { IsSuspended = true });
        var running = Lines(await Podman.RunAsync(["ps", "--quiet", "--filter", $"label={new InstanceLabel(folder).Label}"], cancellation));
        await Parallel.ForEachAsync(running, cancellation, async (container, token) => await Podman.RunAsync(
            ["stop", "--ignore", "--time", ShutdownSeconds.ToString(CultureInfo.InvariantCulture), container],
            token));
    }

    /// <summary>Removes everything that it made on this machine, except the image, which other clouds use too. What is not there is not missed.</summary>
    /// <param name="folder">The cloud's state folder.</param>
    /// <param name="cancellation">Cancels it.</param>
    /// <returns>Sentences about what was kept.</returns>
    public static async Task<IReadOnlyList<string>> PurgeAsync(string folder, CancellationToken cancellation)
    {
        var filter = $"label={new InstanceLabel(folder).Label}";
        var containers = Lines(await Podman.RunAsync(["ps", "--all", "--quiet", "--filter", filter], cancellation));
        if (containers.Length > 0) await Podman.RunAsync(["rm", "--force", "--ignore", "--volumes", "--time", "0", .. containers], cancellation);
        var networks = Lines(await Podman.RunAsync(["network", "ls", "--quiet", "--filter", filter], cancellation));
        if (networks.Length > 0) await Podman.RunAsync(["network", "rm", "--force", .. networks], cancellation);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        var images = Lines(await Podman.RunAsync(["images", "--format", "{{.Repository}}:{{.Tag}} {{.Size}}", "--filter", "reference=localhost/localcloud-debian-12"], cancellation));
        return
        [
            .. images.Select(image => image.Split(' ', 2) is [var name, var size]
                ? $"Kept the droplets' image {name} ({size}) for the next start; 'podman rmi {name}' removes it."
                : image),
            .. KernelLimits.DescribeKept() is { } limit ? [limit] : Array.Empty<string>(),
        ];
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
