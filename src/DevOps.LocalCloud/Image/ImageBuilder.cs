using DevOps.LocalCloud.Administration;
using DevOps.LocalCloud.Containers;

namespace DevOps.LocalCloud.Image;

/// <summary>Provides the droplets' image: builds it when no earlier start on this machine did.</summary>
/// <param name="board">Hears what is being done.</param>
/// <param name="logger">Hears the details.</param>
internal sealed class ImageBuilder(StatusBoard board, ILogger logger)
{
    private const string WorkParent = "/var/tmp";
    private const string LockFolder = "/run/lock";
    private const string LockName = "localcloud-image.lock";
    private const long NeededBytes = 2_000_000_000;
    private const int ImportPercent = 90;

    // A slow line and a slow disk. Whoever waits for the start has a shorter patience of their own.
    private static readonly TimeSpan BuildLimit = TimeSpan.FromHours(1);

    private static readonly TimeSpan LockInterval = TimeSpan.FromMilliseconds(500);

    // What mmdebstrap says it does, and how far it then is, in percent of the whole work.
    private static readonly (string Text, string Activity, int Percent)[] Stages =
    [
        ("running apt-get update", "reading package lists", 5),
        ("downloading packages", "downloading packages", 15),
        ("extracting archives", "unpacking the base system", 30),
        ("installing essential packages", "installing the base system", 35),
        ("installing remaining packages", "installing packages", 45),
        ("customize-hook", "configuring", 75),
        ("creating tarball", "packing", 80),
    ];

    /// <summary>Makes sure that the image is there.</summary>
    /// <param name="cancellation">Cancels it.</param>
    /// <returns>The image's name.</returns>
    /// <exception cref="CloudFailure"><c>ImageNotBuilt</c> or <c>NotEnoughDisk</c>.</exception>
    public async Task<string> EnsureAsync(CancellationToken cancellation)
    {
        var recipe = new ImageRecipe(AptSources.Read(), await ReadAcquireAsync(cancellation));
        if (await ExistsAsync(recipe, cancellation)) return recipe.ImageName;
        await using var alone = await LockAsync(cancellation);
        if (await ExistsAsync(recipe, cancellation)) return recipe.ImageName;
        await BuildAsync(recipe, cancellation);
        return recipe.ImageName;
    }

    private static Task<bool> ExistsAsync(ImageRecipe recipe, CancellationToken cancellation) =>
        Podman.SucceedsAsync(["image", "exists", recipe.ImageName], cancellation);

    // A proxy of this machine's apt is needed by droplets as well.
    private static async Task<string> ReadAcquireAsync(CancellationToken cancellation)
    {
        var result = await CommandRunner.RunAsync("apt-config", ["dump", "Acquire::http::Proxy", "Acquire::https::Proxy"], onErrorLine: null, cancellation);
        return result.ExitCode == 0 ? result.Output : string.Empty;
    }

    private async Task<FileStream> LockAsync(CancellationToken cancellation)
    {
        var file = Path.Combine(Directory.Exists(LockFolder) ? LockFolder : WorkParent, LockName);
        while (true)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                // A lock between processes raises no event.
                board.Report("waiting for another start that builds the image");
                await Task.Delay(LockInterval, cancellation);
            }
        }
    }

    private async Task BuildAsync(ImageRecipe recipe, CancellationToken cancellation)
    {
        CheckDisk();
        var work = Path.Combine(WorkParent, $"localcloud-image-{Guid.NewGuid():N}");
        Directory.CreateDirectory(work);
        try
        {
            var archive = Path.Combine(work, "root.tar");
            await InstallAsync(recipe, work, archive, cancellation);
            board.Report("building the droplet image: importing it", ImportPercent);
            await Podman.RunAsync(["import", "--quiet", "--change", "STOPSIGNAL SIGRTMIN+3", archive, recipe.ImageName], cancellation, BuildLimit);
            logger.LogInformation("Built the image {Image}", recipe.ImageName);
        }
        catch (PodmanException exception)
        {
            throw NotBuilt(exception.Message, exception);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private async Task InstallAsync(ImageRecipe recipe, string work, string archive, CancellationToken cancellation)
    {
        foreach (var (name, text) in recipe.Files) await File.WriteAllTextAsync(Path.Combine(work, name), text, cancellation);
        if (recipe.Acquire.Length > 0) await File.WriteAllTextAsync(Path.Combine(work, "acquire.conf"), recipe.Acquire, cancellation);
        var sources = Path.Combine(work, "droplet.sources");
        await File.WriteAllTextAsync(sources, recipe.Sources.Text, cancellation);
        // copy-in keeps the path's last part only, so each key file is sent to the folder that it stands in here.
        var keys = recipe.Sources.KeyFiles.SelectMany(file => new[]
        {
            $"--essential-hook=mkdir -p \"$1{Path.GetDirectoryName(file)}\"",
            $"--essential-hook=copy-in {file} {Path.GetDirectoryName(file)}",
        });
        string[] arguments =
        [
            "--mode=root", "--variant=minbase", "--format=tar",
            "--include=" + recipe.Packages,
            "--skip=cleanup/apt,cleanup/apt/lists",
            "--dpkgopt=" + Path.Combine(work, "dpkg.cfg"),
            "--aptopt=APT::Install-Recommends \"false\"",
            .. keys,
            $"--customize-hook=sh {work}/customize.sh \"$1\" {work}",
            "bookworm", archive, sources,
        ];
        var result = await CommandRunner.RunAsync("mmdebstrap", arguments, Follow, cancellation, BuildLimit);
        if (result.ExitCode != 0) throw NotBuilt(string.Join('\n', result.ErrorOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(15)), inner: null);
    }

    private void Follow(string line)
    {
        logger.LogInformation("image: {Line}", line);
        foreach (var (text, activity, percent) in Stages)
        {
            if (line.Contains(text, StringComparison.Ordinal)) board.Report("building the droplet image: " + activity, percent);
        }
    }

    private static void CheckDisk()
    {
        var free = new DriveInfo(WorkParent).AvailableFreeSpace;
        if (free >= NeededBytes) return;
        throw new CloudFailure(
            "NotEnoughDisk",
            "LimitExceeded",
            $"'{WorkParent}' has {free / 1_000_000} MB free; building the droplet image needs {NeededBytes / 1_000_000} MB.",
            "Free disk space, for example with: apt-get clean; podman image prune");
    }

    private static CloudFailure NotBuilt(string cause, Exception? inner) => new(
        "ImageNotBuilt",
        "OperationFailed",
        $"The droplet image could not be built: {cause}",
        "Check that this machine's package sources work (apt-get update), then run Start-LocalCloud again.",
        inner);
}
