using DevOps.Core.Tests.Deployments.Fakes;
using DevOps.Model;

namespace DevOps.Core.Tests.Deployments;

/// <summary>One random story: a fleet, a deployment, and control hosts that die while they carry it out, take it up again or undo it.</summary>
internal sealed class RecoveryStory : IDisposable
{
    private const int MostDeaths = 3;
    private const int LatestDeath = 30;
    private const int LongestTornLine = 200;

    private readonly Random _random;
    private readonly List<string> _told = [];
    private readonly HashSet<string> _unready = new(StringComparer.Ordinal);
    private readonly HashSet<string> _failing = new(StringComparer.Ordinal);
    private DeploymentBed _bed;
    private string[] _before = [];
    private string _deployment = string.Empty;
    private string _current = string.Empty;
    private int _deaths;
    private bool _isUndone;

    public RecoveryStory(int seed)
    {
        _random = new Random(seed);
        var names = Enumerable.Range(1, _random.Next(1, 6)).Select(number => $"web-{number}").ToArray();
        foreach (var name in names)
        {
            if (_random.Next(5) == 0) _unready.Add(name);
            if (_random.Next(6) == 0) _failing.Add(name);
        }

        MaxUnavailable = _random.Next(1, 3);
        _bed = new DeploymentBed(FakeFleets.Of(names));
        _bed.AddRelease("one", "1");
        _bed.AddRelease("two", "2");
    }

    /// <summary>How many instances may be away at a time.</summary>
    public int MaxUnavailable { get; }

    /// <summary>How many of those that served before were away at a time.</summary>
    public int MostAway { get; private set; }

    /// <summary>Brings the fleet to where it begins: all hosts serve the first release but some that serve none yet.</summary>
    /// <returns>A task that ends when it is there.</returns>
    public async Task BeginAsync()
    {
        await _bed.DeployAsync("one");
        foreach (var name in _unready) _bed.Fleets.Hosts[name].Become(new FakeHostState());
        _before = _bed.Fleets.Served();
        _bed.Fleets.Behaviour = (host, folder) => folder == "two" && _failing.Contains(host) ? FakeBehaviour.Answers500 : FakeBehaviour.Healthy;
        _deployment = _current = _bed.Request("two", request => request with { MaxUnavailable = MaxUnavailable });
    }

    /// <summary>Carries on until the control host dies, or to the end, and decides what is done after that.</summary>
    /// <returns>Whether there is something left to do.</returns>
    public async Task<bool> DieAndGoOnAsync()
    {
        var death = await CarryOnAsync(_deaths < MostDeaths ? _random.Next(1, LatestDeath) : int.MaxValue);
        if (death is null) return false;
        _deaths++;
        Restart(death);
        Decide();
        return true;
    }

    /// <summary>What the hosts serve.</summary>
    /// <returns>A release a host, or a hyphen.</returns>
    public string[] Served() => _bed.Fleets.Served();

    /// <summary>What the hosts must serve in the end.</summary>
    /// <returns>A release a host, or a hyphen.</returns>
    public string[] Expected() => _isUndone || _failing.Count > 0 ? _before : [.. _before.Select(_ => "two")];

    public override string ToString() =>
        $"It served {string.Join(' ', _before)}; {MaxUnavailable} may be away; failing: {string.Join(' ', _failing)}. {string.Join(", then ", _told)}.";

    public void Dispose() => _bed.Dispose();

    private async Task<Death?> CarryOnAsync(int atChange)
    {
        var path = _bed.Store.JournalPath(_current);
        Death? death = null;
        var changes = 0;
        _bed.Fleets.OnChange = () =>
        {
            CountAway();
            if (++changes == atChange) death = new Death(File.ReadAllBytes(path), _bed.Fleets.Copy());
        };
        var state = await _bed.RunAsync(_current);
        _bed.Fleets.OnChange = () => { };
        _told.Add(death is null ? $"{_current} ended as {state}" : $"{_current} died at change {atChange}");
        if (death is null) return null;

        // Of the line that came next, a part may be on the disk.
        var whole = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        var torn = death.Journal.Length + _random.Next(LongestTornLine);
        var lineEnd = Array.IndexOf(whole, (byte)'\n', death.Journal.Length);
        return death with { Journal = whole[..Math.Min(torn, lineEnd < 0 ? whole.Length : lineEnd)] };
    }

    // Those that served before and do not at this moment.
    private void CountAway()
    {
        var served = _bed.Fleets.Hosts.OrderBy(host => host.Key, StringComparer.Ordinal).Select(host =>
            host.Value.IsRunning && _bed.Fleets.Behaviour(host.Key, host.Value.Current ?? string.Empty) == FakeBehaviour.Healthy);
        MostAway = Math.Max(MostAway, _before.Zip(served).Count(pair => pair.First != "-" && !pair.Second));
    }

    private void Restart(Death death)
    {
        var bed = new DeploymentBed(death.Fleets);
        foreach (var file in Directory.EnumerateFiles(_bed.State.Root, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(bed.State.Root, Path.GetRelativePath(_bed.State.Root, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        File.WriteAllBytes(bed.Store.JournalPath(_current), death.Journal);
        _bed.Dispose();
        _bed = bed;
    }

    // Whoever finds a dead deployment takes it up again or undoes it; an undo can be taken up again or asked for anew.
    private void Decide()
    {
        if (_random.Next(2) == 0)
        {
            _told.Add("it is taken up again");
            return;
        }

        _told.Add("it is undone");
        _isUndone = true;
        _current = _bed.Request("-", request => request with { Kind = DeploymentKind.Undo, Undoes = _deployment });
    }

    private sealed record Death(byte[] Journal, FakeFleets Fleets);
}
