using System.Globalization;
using System.Text;
using DevOps.Core.Hosts;
using DevOps.Model;

namespace DevOps.Core.Flags.Service;

/// <summary>What a node's host is.</summary>
/// <param name="Architecture">Its architecture, as <c>uname -m</c> names it.</param>
/// <param name="HasGnuLibrary">Whether its C library is the GNU one.</param>
/// <param name="Dotnet">Its own .NET host that has what the service needs; nothing when there is none.</param>
/// <param name="Programs">The programs of the service that are there.</param>
internal sealed record FlagServiceHostFacts(string Architecture, bool HasGnuLibrary, string? Dotnet, IReadOnlyList<string> Programs);

/// <summary>A node's droplet: what is done there for the service over SSH.</summary>
/// <param name="session">The connection, which stays its owner's.</param>
internal sealed class FlagServiceHost(HostSession session)
{
    // What a host must have free beyond the program itself, so that it goes on working afterwards.
    private const long SpareKibibytes = 16 * 1024;

    private static readonly TimeSpan TransferLimit = TimeSpan.FromMinutes(30);

    private Droplet Droplet => session.Droplet;

    /// <summary>Finds out what the host is.</summary>
    /// <param name="ct">Ends it.</param>
    /// <returns>What it is.</returns>
    public async Task<FlagServiceHostFacts> FactsAsync(CancellationToken ct)
    {
        var lines = (await RunAsync("facts.sh", [], input: null, ct)).Split('\n').Select(line => line.Split(' ', 2)).Where(line => line.Length == 2).ToLookup(line => line[0], line => line[1]);
        return new FlagServiceHostFacts(lines["architecture"].FirstOrDefault() ?? "unknown", lines["libc"].Contains("gnu"), lines["dotnet"].FirstOrDefault(), [.. lines["program"]]);
    }

    /// <summary>Sends a program, unless it is there.</summary>
    /// <param name="program">The program's id.</param>
    /// <param name="package">The packed program.</param>
    /// <param name="size">How much room it takes once it is unpacked, in bytes.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>A task that ends once it is there.</returns>
    /// <exception cref="DevOpsException"><c>HostDiskFull</c>, <c>HostScriptFailed</c>.</exception>
    public Task SendAsync(string program, Stream package, long size, CancellationToken ct) =>
        RunAsync("receive.sh", [program, string.Create(CultureInfo.InvariantCulture, $"{(size / 1024) + SpareKibibytes}")], package, ct, TransferLimit);

    /// <summary>Puts files in place, and has the service run with them.</summary>
    /// <param name="server">The flag server.</param>
    /// <param name="program">The program's id.</param>
    /// <param name="isPersistent">Whether it starts with the machine.</param>
    /// <param name="files">The files.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>What was changed.</returns>
    /// <exception cref="DevOpsException"><c>FeatureFlagServiceNodeTaken</c>, <c>FeatureFlagServiceNotStarted</c>, <c>HostScriptFailed</c>.</exception>
    public async Task<IReadOnlyList<string>> ConfigureAsync(string server, string program, bool isPersistent, IReadOnlyList<HostFile> files, CancellationToken ct)
    {
        using var input = Input(files);
        return HostChanges.Read(await RunAsync("configure.sh", [server, program, isPersistent ? "yes" : "no"], input, ct));
    }

    /// <summary>Tells a service that is there whom it answers.</summary>
    /// <param name="settings">The file with its settings.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>A task that ends once it is told.</returns>
    public async Task AdmitAsync(HostFile settings, CancellationToken ct)
    {
        using var input = Input([settings]);
        await RunAsync("admit.sh", [], input, ct);
    }

    /// <summary>Asks systemd how the service is.</summary>
    /// <param name="ct">Ends it.</param>
    /// <returns>What systemd says, and what the service said last when it does not run.</returns>
    public async Task<(string State, string LastLine)> StatusAsync(CancellationToken ct)
    {
        var lines = (await RunAsync("status.sh", [], input: null, ct)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return (lines.FirstOrDefault() ?? "unknown", lines.Skip(1).LastOrDefault() ?? string.Empty);
    }

    /// <summary>Ends the service.</summary>
    /// <param name="server">The flag server, whose alone is ended.</param>
    /// <param name="isRemoved">Whether nothing of it stays.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>A task that ends once it has ended.</returns>
    public Task StopAsync(string server, bool isRemoved, CancellationToken ct) => RunAsync("stop.sh", [server, isRemoved ? "yes" : "no"], input: null, ct);

    private static MemoryStream Input(IEnumerable<HostFile> files) => new(Encoding.UTF8.GetBytes(HostFile.Input(files)), writable: false);

    private async Task<string> RunAsync(string script, IReadOnlyList<string> arguments, Stream? input, CancellationToken ct, TimeSpan? limit = null)
    {
        var code = HostScript.Load("Hosts/Scripts/files.sh", "Flags/Service/Scripts/common.sh", $"Flags/Service/Scripts/{script}");
        var result = await session.RunAsync(code, arguments, input, timeout: limit, ct: ct);
        return result.ExitCode == 0 ? result.Output : throw HostScriptFailure.Explain(result, Droplet, Path.GetFileNameWithoutExtension(script), "the feature flag service", FlagServiceUnit.Name, Known);
    }

    private DevOpsException Known(string id, string message)
    {
        var (kind, action) = id switch
        {
            "HostDiskFull" => (FailureKind.Unavailable, "Free some room, or take a larger droplet, and run this again."),
            "FeatureFlagServiceNodeTaken" => (FailureKind.Conflict, "Stop that one first with Stop-FeatureFlagService -Remove."),
            "FeatureFlagServiceNotStarted" => (FailureKind.OperationFailed, $"Look at its log: Invoke-DropletCommand -Fleet {Droplet.Fleet} -Command 'journalctl --unit {FlagServiceUnit.Name} --lines 30'."),
            _ => (FailureKind.OperationFailed, $"Look at the host with Invoke-DropletCommand -Fleet {Droplet.Fleet} -Command 'systemctl status {FlagServiceUnit.Name}'."),
        };
        return new DevOpsException(id, kind, $"{Droplet.Name}: {message.TrimEnd()}", action, Droplet);
    }
}
