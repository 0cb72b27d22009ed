using System.Text.Json;
using DevOps.Core.Deployments.Hosts;
using DevOps.Core.Deployments.Instances;
using DevOps.Core.Deployments.Journal;
using DevOps.Core.Environments;
using DevOps.Core.State;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Cmdlets.Tests.Hosting;

/// <summary>
/// A session of an installation that has deployed: the application <c>shop</c> on the fleet <c>web</c>, two droplets of a
/// fake API at which no SSH server answers, and journals as real deployments leave them.
/// </summary>
public sealed class DeployedSession : IAsyncDisposable
{
    private const string Pinned = "hostkey:0000000000000000000000000000000000000000000000000000000000000000";

    private int _deployments;

    /// <summary>Makes the installation.</summary>
    public DeployedSession()
    {
        Session = new CmdletSession();
        State = StateFolder.Open(Session.StateFolder);
        Store = new DeploymentStore(State);
        Api.Connect(State);
        foreach (var name in (string[])["web-1", "web-2"]) Api.Add(name, "fleet:web", "managed-by:devops", Pinned);
        Environment = Know("production");
        NoteRelease("web-1", droplet: 1);
        NoteRelease("web-2", droplet: 2);
    }

    /// <summary>The session.</summary>
    public CmdletSession Session { get; }

    /// <summary>The account's API.</summary>
    public FakeDigitalOcean Api { get; } = new();

    /// <summary>The state folder.</summary>
    public StateFolder State { get; }

    /// <summary>Its deployments.</summary>
    public DeploymentStore Store { get; }

    /// <summary>The environment <c>production</c>, of the file production.psd1 in the session's location.</summary>
    public EnvironmentDefinition Environment { get; }

    /// <summary>Makes an environment with the application known, as its deployment does.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The environment.</returns>
    public EnvironmentDefinition Know(string name)
    {
        var application = new ApplicationDefinition { Name = "shop", Fleet = "web", Source = ".", Command = "/bin/shop", Port = 80 };
        var environment = new EnvironmentDefinition(name, Path.Combine(Session.Folder, name + ".psd1"), Connection: null, [], [application]);
        new KnownEnvironments(State).Save(environment);
        return environment;
    }

    // What a deployment writes down of an instance once it has switched it.
    private void NoteRelease(string instance, long droplet)
    {
        var release = new ReleaseSeal("one", "shop", "production", "c", "a", "b", 80, new HealthCheckDefinition());
        var record = new InstanceRecord("shop", instance, droplet, release);
        State.Write(State.PathOf("environments", "production", "instances", "shop", instance + ".json"), JsonSerializer.SerializeToUtf8Bytes(record, JsonSerializerOptions.Web));
    }

    /// <summary>Leaves a deployment behind.</summary>
    /// <param name="end">How it ended; nothing when its worker died before.</param>
    /// <param name="change">Changes the request.</param>
    /// <returns>Its id.</returns>
    public string Deploy(DeploymentState? end = DeploymentState.Succeeded, Func<DeploymentRequest, DeploymentRequest>? change = null)
    {
        var request = new DeploymentRequest
        {
            Id = $"20260101-00000{_deployments++}-000-abcd",
            Kind = DeploymentKind.Deployment,
            Environment = Environment,
            Commit = new string('c', 40),
            StartedBy = "tester",
            StartedAt = DateTimeOffset.UtcNow.AddHours(-1),
        };
        request = change?.Invoke(request) ?? request;
        Store.Create(request);
        using var journal = Store.OpenJournal(request.Id);
        journal.Write(JournalEntryKind.Started, "began");
        journal.Write(JournalEntryKind.Switching, "shop on web-1 is switched", entry => entry with
        {
            Application = "shop",
            Instance = "web-1",
            Folder = "two",
            Release = "two",
            Before = new InstanceBefore("one", "one", WasRunning: true, WasHealthy: true),
        });
        if (end is { } state) journal.End(state, $"it {state}");
        return request.Id;
    }

    /// <summary>Leaves a release behind, of which the artifact is gone.</summary>
    /// <param name="release">The release.</param>
    /// <param name="definition">The application as it froze it.</param>
    public void AddRelease(ApplicationRelease release, ApplicationDefinition definition) => State.Write(
        State.PathOf("releases", release.Application, release.Id + ".json"),
        JsonSerializer.SerializeToUtf8Bytes(new
        {
            release,
            sourceTree = "tree",
            definition = JsonSerializer.Deserialize<JsonElement>(EnvironmentJson.Serialize(definition)),
        }, JsonSerializerOptions.Web));

    /// <summary>Holds what a deployment's living worker holds.</summary>
    /// <param name="id">The deployment's id.</param>
    /// <returns>What lets go of it.</returns>
    public Task<StateLock> LiveAsync(string id) => StateLock.AcquireAsync(State, ["deployments", id, "lock"]);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Api.DisposeAsync();
        Session.Dispose();
    }
}
