namespace DevOps.Benchmarks.Balancer;

/// <summary>A contestant that runs.</summary>
internal sealed class RunningContestant : IAsyncDisposable
{
    // Below this it is not worth the while.
    private const long SmallFile = 1 << 20;

    private readonly string _folder;

    private RunningContestant(string name, Uri address, GuardedProcess process, string folder)
    {
        Name = name;
        Address = address;
        Process = process;
        _folder = folder;
    }

    /// <summary>What it is called in the figures.</summary>
    public string Name { get; }

    /// <summary>Where it is asked.</summary>
    public Uri Address { get; }

    /// <summary>Its processes.</summary>
    public GuardedProcess Process { get; }

    /// <summary>Starts a contestant and waits until it answers.</summary>
    /// <param name="contestant">The contestant.</param>
    /// <param name="place">Where it is to stand.</param>
    /// <param name="setting">What is shared.</param>
    /// <param name="cancellation">Cancels the start.</param>
    /// <returns>The contestant as it runs.</returns>
    public static async Task<RunningContestant> StartAsync(IContestant contestant, ContestantPlace place, Setting setting, CancellationToken cancellation)
    {
        Directory.CreateDirectory(place.Folder);
        var start = await contestant.PrepareAsync(place, setting, cancellation);
        var process = await GuardedProcess.StartAsync([.. setting.ContestantPrefix, .. start.Command], start.Variables, Path.Combine(place.Folder, "output.log"), cancellation);
        var running = new RunningContestant(contestant.Name, new Uri($"http://127.0.0.1:{place.Port}/"), process, place.Folder);
        try
        {
            await Ready.WaitAsync(contestant.Name, process, new Uri(running.Address, contestant.ReadyPath), setting.Http, cancellation);
            return running;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Empties what it has logged, before the system writes it to the disk while another contestant is measured.</summary>
    public void EmptyLogs()
    {
        foreach (var file in new DirectoryInfo(_folder).EnumerateFiles("*.log", SearchOption.AllDirectories).Where(file => file.Length > SmallFile))
        {
            using var log = file.Open(FileMode.Truncate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
