using System.Text.Json;
using DevOps.Core.Balancing;
using DevOps.Core.Servers;
using DevOps.Core.State;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Core.Tests.Balancing.Fakes;

/// <summary>
/// A balancer that balances nothing: real settings in a real state folder and a real administration socket, with counters
/// and health that the test sets. It keeps to what the real one does with reloads and holds.
/// </summary>
internal sealed class FakeBalancer : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly StateFolder _state;
    private readonly string _name;
    private readonly Dictionary<string, FakeBackend> _backends = new(StringComparer.Ordinal);
    private readonly DateTimeOffset _startedAt;
    private readonly List<BalancerEvent> _events = [];
    private AdministrationServer _server;
    private BalancerSettings _settings;
    private int _processId = 1;

    private FakeBalancer(StateFolder state, BalancerSettings settings, bool isNew = true)
    {
        _state = state;
        _name = settings.Name;
        _settings = settings;
        _startedAt = DateTimeOffset.UnixEpoch;
        Files = new BalancerFiles(state, _name);
        if (isNew) Files.WriteSettings(settings);
        Refresh();
        _server = Listen();
    }

    public BalancerFiles Files { get; }

    /// <summary>Every change of the settings in effect, in order.</summary>
    public List<BalancerSettings> Applied { get; } = [];

    /// <summary>Every hold and every release, in order: <c>+name</c> and <c>-name</c>.</summary>
    public List<string> Holds { get; } = [];

    /// <summary>Called before and after new settings are taken over.</summary>
    public Action OnReload { get; set; } = () => { };

    /// <summary>Called before each report, so that requests come while somebody looks.</summary>
    public Action<FakeBalancer> OnReport { get; set; } = _ => { };

    /// <summary>The settings in effect.</summary>
    public BalancerSettings Settings
    {
        get
        {
            lock (_lock) return _settings;
        }
    }

    public FakeBackend this[string name]
    {
        get
        {
            lock (_lock) return _backends[name];
        }
    }

    public static FakeBalancer Start(StateFolder state, string name, params BackendSettings[] backends) =>
        new(state, new BalancerSettings { Name = name, Backends = backends });

    /// <summary>Starts the process of a balancer whose settings are there.</summary>
    public static FakeBalancer Open(StateFolder state, string name) => new(state, new BalancerFiles(state, name).ReadSettings()!, isNew: false);

    public static BackendSettings Backend(string name, Uri uri, ApplicationRole role, int weight) => new() { Name = name, Uri = uri, Role = role, Weight = weight };

    /// <summary>Whether somebody holds a backend now.</summary>
    public bool IsHeld(string name) => this[name].Owners.Count > 0;

    /// <summary>Ends the process, as a crash would.</summary>
    public ValueTask StopAsync() => _server.DisposeAsync();

    /// <summary>Starts another process with the same settings: its counters begin anew.</summary>
    public void Restart()
    {
        Replace();
        _server = Listen();
    }

    /// <summary>Another process takes over, as when a balancer hands over to its successor.</summary>
    public void Replace()
    {
        lock (_lock)
        {
            _processId++;
            _backends.Clear();
            _settings = Files.ReadSettings()!;
            Refresh();
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    /// <summary>Counts requests as the weights divide them.</summary>
    public void Serve(int requests)
    {
        lock (_lock)
        {
            var asked = _backends.Values.Where(backend => backend is { State: BackendState.Up, Settings.Weight: > 0 } && backend.Owners.Count == 0).ToArray();
            var weights = asked.Sum(backend => backend.Settings.Weight);
            foreach (var backend in asked) backend.Count(requests * backend.Settings.Weight / weights);
        }
    }

    private AdministrationServer Listen() => new(ServerFiles.For(_state, BalancerClient.Role, _name).SocketFile, AnswerAsync);

    private void Refresh()
    {
        foreach (var settings in _settings.Backends)
        {
            if (_backends.TryGetValue(settings.Name, out var backend)) backend.Settings = settings;
            else _backends[settings.Name] = new FakeBackend { Settings = settings };
        }
    }

    private Task<ScriptedAnswer> AnswerAsync(SeenRequest request) => Task.FromResult((request.Method, request.Target.Split('?')[0]) switch
    {
        ("GET", "/status") => Json(new ServerStatus(BalancerClient.Role, _name, _processId, ServerState.Running, _startedAt), ServerJson.Default.ServerStatus),
        ("GET", "/report") => Look(),
        ("GET", "/events") => Events(),
        ("POST", "/hold") => Hold(JsonSerializer.Deserialize(request.Body, BalancerJson.Default.HoldRequest)!),
        ("POST", "/reload") => Reload(JsonSerializer.Deserialize(request.Body, BalancerJson.Default.ReloadRequest)!),
        _ => new ScriptedAnswer(404),
    });

    private static ScriptedAnswer Json<T>(T value, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) => new(200, JsonSerializer.Serialize(value, type));

    private ScriptedAnswer Look()
    {
        OnReport(this);
        lock (_lock) return Report();
    }

    private ScriptedAnswer Report() => Json(
        new BalancerReport(_settings.Version, "?", 0, 0, 0, _events.Count, [.. _backends.Values.Where(backend => _settings.Backends.Contains(backend.Settings)).Select(backend => backend.Report())]),
        BalancerJson.Default.BalancerReport);

    private ScriptedAnswer Events()
    {
        lock (_lock) return Json(new BalancerEvents([], _events.Count), BalancerJson.Default.BalancerEvents);
    }

    private ScriptedAnswer Hold(HoldRequest request)
    {
        lock (_lock)
        {
            var backend = _backends.Values.FirstOrDefault(candidate => candidate.Settings.Name == request.Backend || $"{candidate.Settings.Uri.Host}:{candidate.Settings.Uri.Port}" == request.Backend);
            if (backend is null) return new ScriptedAnswer(404);
            if (request.Duration > TimeSpan.Zero)
            {
                if (backend.Owners.Add(request.Owner)) Holds.Add($"+{backend.Settings.Name}");
            }
            else if (backend.Owners.Remove(request.Owner))
            {
                Holds.Add($"-{backend.Settings.Name}");
            }

            return Report();
        }
    }

    private ScriptedAnswer Reload(ReloadRequest request)
    {
        OnReload();
        var answer = TakeOver(request);
        OnReload();
        return answer;
    }

    private ScriptedAnswer TakeOver(ReloadRequest request)
    {
        lock (_lock)
        {
            var settings = Files.ReadSettings()!;
            if (settings.Version < request.Version) return new ScriptedAnswer(409);
            _settings = settings;
            Applied.Add(settings);
            Refresh();
            return Report();
        }
    }
}

/// <summary>A backend of a <see cref="FakeBalancer"/>, with what the test says of it.</summary>
internal sealed class FakeBackend
{
    private readonly LatencyHistogram _latencies = new();
    private double _errorsOwed;

    public required BackendSettings Settings { get; set; }

    public BackendState State { get; set; } = BackendState.Up;

    public string? Cause { get; set; }

    public HashSet<string> Owners { get; } = new(StringComparer.Ordinal);

    /// <summary>Requests in flight, one of which ends with each look while it is held.</summary>
    public int InFlight { get; set; }

    public long Requests { get; set; }

    public long Errors { get; set; }

    /// <summary>The part of the requests that fails.</summary>
    public double ErrorRate { get; set; }

    /// <summary>How long answers take.</summary>
    public TimeSpan Latency { get; set; } = TimeSpan.FromMilliseconds(10);

    public void Count(int requests)
    {
        Requests += requests;
        _errorsOwed += requests * ErrorRate;
        var errors = (long)_errorsOwed;
        Errors += errors;
        _errorsOwed -= errors;
        for (var request = 0; request < requests; request++) _latencies.Record(Latency * (0.8 + (0.4 * (request % 10) / 10)));
    }

    public BackendReport Report()
    {
        var isOut = Owners.Count > 0 || Settings.IsDraining;
        if (isOut && InFlight > 0) InFlight--;
        var state = isOut ? InFlight == 0 ? BackendState.Drained : BackendState.Draining : State;
        return new BackendReport(Settings.Name, Settings.Uri, Settings.Role, Settings.Weight, state, Cause, DateTimeOffset.UnixEpoch, Requests, Errors, InFlight, _latencies.Snapshot());
    }
}
