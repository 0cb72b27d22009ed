using System.Globalization;
using System.Text.RegularExpressions;
using DevOps.Core.Alerts;
using DevOps.Core.Operations;
using DevOps.Core.Servers;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Heartbeats;

/// <summary>Has heartbeats checked again and again by what the machine schedules tasks with: systemd, else cron.</summary>
public sealed partial class HeartbeatTaskService
{
    private const string Prefix = "devops-heartbeat-";
    private const string UsualCronFolder = "/etc/cron.d";
    private const string Root = "root";

    private static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromDays(1);

    // So long that no check is cut off that would have ended by itself.
    private static readonly TimeSpan RunTimeout = TimeSpan.FromMinutes(10);

    // scripts/Test-Heartbeat.ps1: something is degraded, something is down. Neither is a failure of the check.
    private static readonly int[] GoodExitCodes = [1, 2];

    private readonly StateFolder _state;
    private readonly SystemdTimerService? _systemd;
    private readonly string _cronFolder;
    private readonly OwnedFiles _cron;

    /// <summary>Uses what this machine has.</summary>
    /// <param name="state">The installation's state folder.</param>
    public HeartbeatTaskService(StateFolder state)
        : this(state, SystemdTimerService.IsAvailable ? new SystemdTimerService() : null, UsualCronFolder)
    {
    }

    /// <summary>Uses certain schedulers.</summary>
    /// <param name="state">The installation's state folder.</param>
    /// <param name="systemd">systemd, if it runs the machine.</param>
    /// <param name="cronFolder">Where cron finds its tables.</param>
    internal HeartbeatTaskService(StateFolder state, SystemdTimerService? systemd, string cronFolder)
    {
        _state = state;
        _systemd = systemd;
        _cronFolder = cronFolder;
        _cron = new OwnedFiles(cronFolder);
    }

    /// <summary>Registers a task, or changes the one of that name.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="interval">The time from check to check, from 5 seconds to a day.</param>
    /// <param name="command">What is run: a program's full path and its arguments.</param>
    /// <param name="progress">Hears what may surprise.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>The task.</returns>
    /// <exception cref="DevOpsException"><c>HeartbeatTaskNameInvalid</c>, <c>HeartbeatIntervalInvalid</c>, <c>TaskSchedulerMissing</c>, <c>UnitTaken</c>, <c>UnitNotWritable</c>, <c>UnitTextInvalid</c>, <c>SystemdFailed</c>.</exception>
    public async Task<HeartbeatTask> RegisterAsync(string name, TimeSpan interval, IReadOnlyList<string> command, IProgress<OperationMessage> progress, CancellationToken ct)
    {
        CheckName(name);
        if (interval < ShortestInterval || interval > LongestInterval)
        {
            throw new DevOpsException(
                "HeartbeatIntervalInvalid",
                FailureKind.InvalidInput,
                string.Create(CultureInfo.InvariantCulture, $"A task cannot run every {interval.TotalSeconds:0.###} s."),
                "Give an interval from 5s to 1 day. What has to be seen sooner is watched: Watch-Heartbeat.",
                interval);
        }

        // An account that may not write there hears it now, and not from each run.
        _state.Folder();
        if (_systemd is not null) await _systemd.StartAsync(Timer(name, interval, command), progress, ct);
        else WriteCronTable(name, CronTable.Render(_state.Root, interval, Root, command));
        return await FindAsync(name, ct) ?? throw NotFound(name);
    }

    /// <summary>Lists the installation's tasks.</summary>
    /// <param name="ct">Ends it.</param>
    /// <returns>The tasks, by name.</returns>
    /// <exception cref="DevOpsException"><c>SystemdFailed</c>.</exception>
    public async Task<IReadOnlyList<HeartbeatTask>> ListAsync(CancellationToken ct)
    {
        var timers = _systemd is null ? [] : await _systemd.ListAsync(_state.Root, Prefix, ct);
        var tasks = timers.Select(timer => new HeartbeatTask(timer.Name[Prefix.Length..], timer.Interval, HeartbeatScheduler.Systemd, timer.Command, timer.File, timer.LastRun, timer.LastExitCode));
        return [.. tasks.Concat(CronTables()).OrderBy(task => task.Name, StringComparer.Ordinal)];
    }

    /// <summary>Removes a task. A check that has begun is not cut off.</summary>
    /// <param name="name">Its exact name.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>A task that ends when it is gone.</returns>
    /// <exception cref="DevOpsException"><c>HeartbeatTaskNotFound</c>, <c>SystemdFailed</c>, <c>UnitNotWritable</c>.</exception>
    public async Task RemoveAsync(string name, CancellationToken ct)
    {
        var task = await FindAsync(name, ct) ?? throw NotFound(name);
        if (task.Scheduler == HeartbeatScheduler.Systemd) await _systemd!.RemoveAsync(Prefix + name, ct);
        else _cron.Delete(Prefix + name);
    }

    /// <summary>The failure of a task that does not exist.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The failure.</returns>
    public static DevOpsException NotFound(string name) => new(
        "HeartbeatTaskNotFound",
        FailureKind.NotFound,
        $"There is no heartbeat task called '{OneLine.Of(name, 80)}'.",
        "Get-HeartbeatTask lists the tasks; Register-HeartbeatTask makes one.",
        name);

    private static void CheckName(string name)
    {
        if (NamePattern().IsMatch(name)) return;
        throw new DevOpsException(
            "HeartbeatTaskNameInvalid",
            FailureKind.InvalidInput,
            $"'{OneLine.Of(name, 80)}' cannot name a heartbeat task.",
            "Use 1 to 40 letters, digits, hyphens and underscores, beginning with a letter or digit.",
            name);
    }

    private SystemdTimer Timer(string name, TimeSpan interval, IReadOnlyList<string> command) => new()
    {
        Name = Prefix + name,
        Description = $"Heartbeats: {name}",
        StateFolder = _state.Root,
        Command = command,
        Variables = new Dictionary<string, string>(StringComparer.Ordinal) { [StateFolder.Variable] = _state.Root },
        Interval = interval,
        GoodExitCodes = GoodExitCodes,
        Timeout = RunTimeout,
    };

    private async Task<HeartbeatTask?> FindAsync(string name, CancellationToken ct) => (await ListAsync(ct)).FirstOrDefault(task => task.Name == name);

    private IEnumerable<HeartbeatTask> CronTables() => _cron.OwnedBy(_state.Root, Prefix + "*").Select(table =>
    {
        var (interval, command) = CronTable.Read(table.Text);
        return new HeartbeatTask(Path.GetFileName(table.File)[Prefix.Length..], interval, HeartbeatScheduler.Cron, command, table.File, LastRun: null, LastExitCode: null);
    });

    private void WriteCronTable(string name, string text)
    {
        if (!Directory.Exists(_cronFolder))
        {
            throw new DevOpsException(
                "TaskSchedulerMissing",
                FailureKind.NotSupported,
                $"This machine is not run by systemd, and has no '{_cronFolder}' either.",
                $"Have whatever schedules tasks here run this line: {CronTable.Read(text).Command}");
        }

        _cron.Write(Prefix + name, text);
    }

    // cron and systemd both know these characters in names.
    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NamePattern();
}
