using System.Globalization;

namespace DevOps.Benchmarks.Balancer;

/// <summary>One of the two backends that all contestants ask: an nginx that says who it is and counts what it answers.</summary>
internal sealed class Backend : IAsyncDisposable
{
    /// <summary>The header in which it says who it is.</summary>
    public const string NameHeader = "X-Backend";

    private const int LargeAnswer = 20 * 1024;

    private readonly GuardedProcess _process;
    private readonly HttpClient _http;

    private Backend(GuardedProcess process, HttpClient http, int port)
    {
        _process = process;
        _http = http;
        Endpoint = $"127.0.0.1:{port}";
    }

    /// <summary>Its host and port.</summary>
    public string Endpoint { get; }

    /// <summary>Where it is asked.</summary>
    public Uri Address => new($"http://{Endpoint}/");

    /// <summary>Starts a backend and waits until it answers.</summary>
    /// <param name="name">What it says in its answers.</param>
    /// <param name="port">The port that it listens at.</param>
    /// <param name="folder">An empty folder for its files.</param>
    /// <param name="setting">What it needs.</param>
    /// <param name="cancellation">Cancels the start.</param>
    /// <returns>The backend.</returns>
    public static async Task<Backend> StartAsync(string name, int port, string folder, Setting setting, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "20k"), new string('x', LargeAnswer), cancellation);
        var values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["NAME"] = name,
            ["PORT"] = $"{port}",
            ["FOLDER"] = folder,
            ["USER"] = PeerFiles.NginxUser,
        };
        var configuration = await setting.Peers.FillInAsync("backend.conf", folder, values, cancellation);
        string[] command = [.. setting.LoadPrefix, Tools.Find("nginx"), "-p", folder, "-c", configuration];
        var process = await GuardedProcess.StartAsync(command, new Dictionary<string, string>(StringComparer.Ordinal), Path.Combine(folder, "output.log"), cancellation);
        var backend = new Backend(process, setting.Http, port);
        try
        {
            await Ready.WaitAsync($"The backend '{name}'", process, backend.Address, setting.Http, cancellation);
            return backend;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks how many requests it has answered since it began.</summary>
    /// <param name="cancellation">Cancels the question.</param>
    /// <returns>The number.</returns>
    public async Task<long> CountAsync(CancellationToken cancellation)
    {
        // A line of three numbers: connections accepted, connections handled, requests.
        var text = await _http.GetStringAsync(new Uri(Address, "/count"), cancellation);
        return long.Parse(text.Split('\n')[2].Split(' ', StringSplitOptions.RemoveEmptyEntries)[2], CultureInfo.InvariantCulture);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
