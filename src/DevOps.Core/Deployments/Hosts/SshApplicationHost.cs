using System.Globalization;
using DevOps.Core.Environments;
using DevOps.Core.Hosts;
using DevOps.Model;

namespace DevOps.Core.Deployments.Hosts;

/// <summary>An application on a droplet, over a verified SSH connection.</summary>
/// <param name="session">The connection; disposed with this.</param>
/// <param name="application">The application's name.</param>
/// <param name="time">The clock.</param>
internal sealed class SshApplicationHost(HostSession session, string application, TimeProvider time) : IApplicationHost
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(10);

    // A host that vanishes closes no connection: without a limit of their own, looks would wait for it as long as for a transfer.
    private static readonly TimeSpan LookLimit = TimeSpan.FromSeconds(30);

    // A stop may take the unit's whole TimeoutStopSec, and of which release that is only the host knows; a start takes little.
    private static readonly TimeSpan ControlLimit = ApplicationDefinition.LongestStopTimeout + TimeSpan.FromMinutes(5);

    private readonly HostPulse _pulse = new(time);

    /// <inheritdoc/>
    public Droplet Droplet => session.Droplet;

    /// <inheritdoc/>
    public async Task<HostFacts> ReadFactsAsync(CancellationToken ct)
    {
        var address = Droplet.PrivateAddress ?? Droplet.PublicAddress ?? "127.0.0.1";
        var result = await RunAsync("facts", [application, address, AnswerLimit.TotalSeconds.ToString(CultureInfo.InvariantCulture)], limit: LookLimit, ct: ct);
        return HostFactsReader.Read(result.Output);
    }

    /// <inheritdoc/>
    public async Task PublishAsync(ReleasePackage package, string folder, CancellationToken ct)
    {
        await RunAsync("prepare", [application], ct: ct);
        await using var archive = package.Open();
        var needed = package.NeededKibibytes.ToString(CultureInfo.InvariantCulture);
        await RunAsync("receive", [application, folder, package.Seal.ArtifactDigest, needed], archive, ct: ct);
    }

    /// <inheritdoc/>
    public async Task<string> ActivateAsync(string folder, CancellationToken ct) =>
        (await ChangeAsync("activate", [application, folder], ct)).Output.Trim();

    /// <inheritdoc/>
    public Task DeactivateAsync(CancellationToken ct) => ChangeAsync("deactivate", [application], ct);

    /// <inheritdoc/>
    public async Task<string> ControlAsync(UnitAction action, CancellationToken ct) =>
        (await ChangeAsync("control", [application, action.ToString().ToLowerInvariant()], ct)).Output.Trim();

    /// <inheritdoc/>
    public Task RecordAsync(string folder, string release, bool isGood, KeptReleases? keep, CancellationToken ct)
    {
        var at = time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        List<string> arguments = [application, folder, release, isGood ? "good" : "failed", at];
        if (keep is not null) arguments.AddRange([keep.Good.ToString(CultureInfo.InvariantCulture), .. keep.Needed]);
        return RunAsync("record", arguments, ct: ct);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ReadJournalAsync(int lines, string? invocation, CancellationToken ct)
    {
        var result = await RunAsync("journal", [application, lines.ToString(CultureInfo.InvariantCulture), invocation ?? string.Empty], limit: LookLimit, ct: ct);
        return result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <inheritdoc/>
    public async Task ReadLogAsync(int lines, bool follow, Action<ApplicationLogEntry> onEntry, CancellationToken ct)
    {
        void OnOutput(HostOutputLine line)
        {
            if (!line.IsError && JournalLine.Read(Droplet.Name, line.Text) is { } entry) onEntry(entry);
        }

        List<string> arguments = [application, lines.ToString(CultureInfo.InvariantCulture)];
        if (follow) arguments.Add("follow");
        var limit = follow ? Timeout.InfiniteTimeSpan : (TimeSpan?)null;
        var result = await session.RunAsync(HostScript.Load("Deployments/Scripts/log.sh"), arguments, onOutput: OnOutput, timeout: limit, ct: ct);
        if (result.ExitCode != 0) throw Explain("log", result);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => session.DisposeAsync();

    private Task<HostCommandResult> ChangeAsync(string script, IReadOnlyList<string> arguments, CancellationToken ct) => _pulse.WaitAsync(
        stop => RunAsync(script, arguments, limit: ControlLimit, ct: stop),
        stop => session.RunAsync(":", timeout: AnswerLimit, ct: stop),
        ct);

    private async Task<HostCommandResult> RunAsync(
        string script,
        IReadOnlyList<string> arguments,
        Stream? input = null,
        TimeSpan? limit = null,
        CancellationToken ct = default)
    {
        var result = await session.RunAsync(HostScript.Load($"Deployments/Scripts/{script}.sh"), arguments, input, timeout: limit, ct: ct);
        return result.ExitCode == 0 ? result : throw Explain(script, result);
    }

    private DevOpsException Explain(string script, HostCommandResult result) =>
        HostScriptFailure.Explain(result, Droplet, script, $"'{application}'", application, (id, message) => HostFailures.Explain(id, message, application, Droplet));
}
