using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using DevOps.Core.Releases;

namespace DevOps.Core.Servers;

/// <summary>How a unit stands.</summary>
/// <param name="State">
/// systemd's word: <c>active</c>, <c>activating</c>, <c>reloading</c>, <c>deactivating</c>, <c>inactive</c> or <c>failed</c>. A unit
/// whose start waits in systemd's queue counts as <c>activating</c>.
/// </param>
/// <param name="MainProcessId">Its main process, 0 when it has none.</param>
internal sealed record SystemdUnitStatus(string State, int MainProcessId)
{
    /// <summary>Whether it has a process, or is about to have one.</summary>
    public bool IsAlive => State is "active" or "activating" or "reloading" or "deactivating";
}

/// <summary>Runs <c>systemctl</c>: the one place where it is called.</summary>
/// <param name="scope">Whose manager is told.</param>
internal sealed class Systemctl(SystemdScope scope)
{
    private const string Program = "systemctl";

    // What sd_booted(3) looks at.
    private const string BootedFolder = "/run/systemd/system";

    /// <summary>Whether systemd runs this machine.</summary>
    public static bool IsBooted => OperatingSystem.IsLinux() && Directory.Exists(BootedFolder);

    /// <summary>Has all unit files read again.</summary>
    /// <param name="ct">Ends it.</param>
    /// <returns>A task that ends when they are read.</returns>
    /// <exception cref="DevOpsException"><c>SystemdFailed</c>.</exception>
    public Task ReloadFilesAsync(CancellationToken ct) => DoAsync(["daemon-reload"], ct);

    /// <summary>Starts a unit now and whenever the machine starts, and does not wait until it is ready.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>A task that ends when systemd has begun.</returns>
    /// <exception cref="DevOpsException"><c>SystemdFailed</c>.</exception>
    public async Task StartAsync(string unit, CancellationToken ct)
    {
        await EnableAsync(unit, ct);
        await DoAsync(["start", "--no-block", unit], ct);
    }

    /// <summary>Has a unit started whenever the machine starts.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>A task that ends when it is noted.</returns>
    /// <exception cref="DevOpsException"><c>SystemdFailed</c>.</exception>
    public Task EnableAsync(string unit, CancellationToken ct) => DoAsync(["enable", "--quiet", unit], ct);

    /// <summary>Starts a unit, and stops it before when it runs.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>A task that ends when systemd has begun.</returns>
    /// <exception cref="DevOpsException"><c>SystemdFailed</c>.</exception>
    public Task RestartAsync(string unit, CancellationToken ct) => DoAsync(["restart", "--no-block", unit], ct);

    /// <summary>Stops a unit, without waiting until it has ended, and has it no longer started with the machine.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>A task that ends when systemd has begun.</returns>
    /// <exception cref="DevOpsException"><c>SystemdFailed</c>.</exception>
    public async Task StopAsync(string unit, CancellationToken ct)
    {
        await DoAsync(["disable", "--quiet", unit], ct);
        await DoAsync(["stop", "--no-block", unit], ct);
    }

    /// <summary>Asks how a unit stands.</summary>
    /// <param name="unit">The unit, which need not exist.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>How it stands; inactive when there is none.</returns>
    /// <exception cref="DevOpsException"><c>SystemdFailed</c>.</exception>
    public async Task<SystemdUnitStatus> StatusAsync(string unit, CancellationToken ct)
    {
        var values = await ShowAsync(unit, ["ActiveState", "MainPID", "Job"], ct);
        var state = values.GetValueOrDefault("ActiveState", "inactive");
        // What is to be done with a unit is a job with a number; a start that was not waited for may not have begun yet.
        var isQueued = state is "inactive" or "failed" && values.GetValueOrDefault("Job") is { Length: > 0 } job && job != "0";
        return new SystemdUnitStatus(
            isQueued ? "activating" : state,
            int.TryParse(values.GetValueOrDefault("MainPID"), CultureInfo.InvariantCulture, out var processId) ? processId : 0);
    }

    /// <summary>Asks for properties of a unit.</summary>
    /// <param name="unit">The unit, which need not exist.</param>
    /// <param name="properties">The properties' names.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>Each property's value; times are <c>@</c> and the seconds since 1970.</returns>
    /// <exception cref="DevOpsException"><c>SystemdFailed</c>.</exception>
    public async Task<IReadOnlyDictionary<string, string>> ShowAsync(string unit, string[] properties, CancellationToken ct)
    {
        var output = await DoAsync(["show", "--timestamp=unix", .. properties.Select(property => $"--property={property}"), unit], ct);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('=', 2))
            .Where(pair => pair.Length == 2)
            .ToDictionary(pair => pair[0], pair => pair[1].Trim(), StringComparer.Ordinal);
    }

    private async Task<string> DoAsync(string[] arguments, CancellationToken ct)
    {
        var start = new ProcessStartInfo(Program);
        if (scope == SystemdScope.User) start.ArgumentList.Add("--user");
        foreach (var argument in (string[])["--no-pager", "--no-ask-password", .. arguments]) start.ArgumentList.Add(argument);
        ChildResult result;
        try
        {
            result = await ChildProcess.RunAsync(start, ct);
        }
        catch (Win32Exception exception)
        {
            throw Failed(arguments, exception.Message, exception);
        }

        return result.ExitCode == 0 ? result.Output : throw Failed(arguments, result.ErrorOutput.Trim(), inner: null);
    }

    private DevOpsException Failed(string[] arguments, string said, Exception? inner) => new(
        "SystemdFailed",
        FailureKind.OperationFailed,
        $"systemctl {string.Join(' ', arguments)} failed: {said}",
        "Mend what systemctl says, then try again. Without -Persistent no systemd is needed."
            + (scope == SystemdScope.User ? $" The account's own systemd runs while the account is logged in, and always after 'loginctl enable-linger {Environment.UserName}'." : string.Empty),
        arguments[^1],
        inner);
}
