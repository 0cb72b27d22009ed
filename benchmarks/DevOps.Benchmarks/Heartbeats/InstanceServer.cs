using System.Diagnostics;
using System.Globalization;
using DevOps.Benchmarks.Balancer;

namespace DevOps.Benchmarks.Heartbeats;

/// <summary>
/// An nginx of one process that stands for many instances, each at a loopback address of its own, so that each is asked
/// over a connection of its own. It writes down when each was asked.
/// </summary>
internal sealed class InstanceServer : IAsyncDisposable
{
    /// <summary>For how many instances one of them may stand: each takes two of its 8,192 file descriptors.</summary>
    public const int Most = 2_500;

    private const int AddressesPerNet = 250;

    private readonly GuardedProcess _process;
    private readonly string _log;

    private InstanceServer(GuardedProcess process, IReadOnlyList<Uri> addresses, string log)
    {
        _process = process;
        _log = log;
        Addresses = addresses;
    }

    /// <summary>Where each instance is asked.</summary>
    public IReadOnlyList<Uri> Addresses { get; }

    /// <summary>Starts one and waits until it answers.</summary>
    /// <param name="number">Its number, by which its addresses are others than those of the next one.</param>
    /// <param name="count">For how many instances it stands.</param>
    /// <param name="port">The port of all of them.</param>
    /// <param name="setting">What is shared.</param>
    /// <param name="cancellation">Cancels the start.</param>
    /// <returns>The server.</returns>
    public static async Task<InstanceServer> StartAsync(int number, int count, int port, Setting setting, CancellationToken cancellation)
    {
        var folder = Directory.CreateDirectory(Path.Combine(setting.Folder, $"instances-{number}-{port}")).FullName;
        List<string> endpoints = [.. Enumerable.Range(0, count).Select(index => string.Create(CultureInfo.InvariantCulture, $"127.{number + 1}.{index / AddressesPerNet}.{(index % AddressesPerNet) + 1}:{port}"))];
        await File.WriteAllLinesAsync(Path.Combine(folder, "listen.conf"), endpoints.Select(endpoint => $"listen {endpoint};"), cancellation);
        var configuration = await setting.Peers.FillInAsync("instances.conf", folder, new Dictionary<string, string>(StringComparer.Ordinal) { ["FOLDER"] = folder }, cancellation);
        var process = await GuardedProcess.StartAsync([Tools.Find("nginx"), "-p", folder, "-c", configuration], new Dictionary<string, string>(StringComparer.Ordinal), Path.Combine(folder, "output.log"), cancellation);
        var server = new InstanceServer(process, [.. endpoints.Select(endpoint => new Uri($"http://{endpoint}/"))], Path.Combine(folder, "arrivals.log"));
        try
        {
            await Ready.WaitAsync("The server of the instances", process, server.Addresses[0], setting.Http, cancellation);
            return server;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Kills it, as a machine that runs out of memory would.</summary>
    public void Kill()
    {
        using var process = Process.GetProcessById(_process.Group);
        process.Kill();
    }

    /// <summary>Reads when each instance was asked.</summary>
    /// <param name="from">Where the period begins.</param>
    /// <param name="to">Where it ends.</param>
    /// <returns>The times in milliseconds since 1970, oldest first, of each instance that was asked.</returns>
    public IReadOnlyList<IReadOnlyList<double>> ReadArrivals(DateTimeOffset from, DateTimeOffset to)
    {
        var arrivals = File.ReadLines(_log)
            .Select(line => line.Split(' '))
            .Where(parts => parts.Length == 2)
            .Select(parts => (At: double.Parse(parts[0], CultureInfo.InvariantCulture) * 1_000, Address: parts[1]))
            .Where(arrival => arrival.At >= from.ToUnixTimeMilliseconds() && arrival.At < to.ToUnixTimeMilliseconds());
        return [.. arrivals.GroupBy(arrival => arrival.Address, StringComparer.Ordinal).Select(group => group.Select(arrival => arrival.At).Order().ToList())];
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
