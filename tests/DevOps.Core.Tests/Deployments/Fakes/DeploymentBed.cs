using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DevOps.Core.Canaries.Releases;
using DevOps.Core.Deployments.Journal;
using DevOps.Core.Deployments.Worker;
using DevOps.Core.Environments;
using DevOps.Core.Releases;
using DevOps.Core.State;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Core.Tests.Deployments.Fakes;

/// <summary>All that a deployment needs, with real journals, queue and releases, and hosts in memory.</summary>
internal sealed class DeploymentBed : IDisposable
{
    private readonly TestState _state;

    public DeploymentBed(FakeFleets fleets, string? parent = null)
    {
        _state = new TestState(parent);
        Fleets = fleets;
        Store = new DeploymentStore(State);
    }

    public FakeFleets Fleets { get; }

    public StateFolder State => _state.State;

    public DeploymentStore Store { get; }

    public static ApplicationDefinition Application { get; } = new()
    {
        Name = "app",
        Fleet = "web",
        Source = ".",
        Command = "/usr/bin/app",
        Port = FakeHost.DefaultPort,
        Health = new HealthCheckDefinition { Timeout = TimeSpan.FromSeconds(5) },
    };

    public static EnvironmentDefinition Environment { get; } = new("test", "/nowhere/test.psd1", null, [], [Application]);

    /// <summary>Puts a release into the store, as a build would.</summary>
    public ApplicationRelease AddRelease(string id, string content, ApplicationDefinition? application = null)
    {
        var artifact = Artifact(content);
        var digest = Convert.ToHexStringLower(SHA256.HashData(artifact));
        var release = new ApplicationRelease(id, "app", "test", new string('c', 40), digest, artifact.Length, DateTimeOffset.UnixEpoch, "tester");
        State.Write(State.PathOf("releases", "artifacts", digest + ".tar.gz"), artifact);
        var record = ReleaseRecord.Create(release, "tree", application ?? Application);
        State.Write(State.PathOf("releases", "app", id + ".json"), JsonSerializer.SerializeToUtf8Bytes(record, ReleaseJson.Default.ReleaseRecord));
        return release;
    }

    public string Request(string release, Func<DeploymentRequest, DeploymentRequest>? change = null)
    {
        var request = new DeploymentRequest
        {
            Id = Store.NewId(),
            Kind = DeploymentKind.RollingUpdate,
            Environment = Environment,
            Application = "app",
            Release = release,
            Fleet = "web",
            StartedBy = "tester",
            StartedAt = DateTimeOffset.UtcNow,
        };
        request = change?.Invoke(request) ?? request;
        Store.Create(request);
        return request.Id;
    }

    public Task<DeploymentState> RunAsync(string id) => RunUntilAsync(id, TestContext.Current.CancellationToken);

    public Task<DeploymentState> RunAsync(string id, CanaryOrders orders) =>
        new DeploymentRunner(State, _ => Fleets, new SkippingTime()).RunAsync(id, TestContext.Current.CancellationToken, orders);

    public Task<DeploymentState> RunUntilAsync(string id, CancellationToken stop) => RunUntilAsync(id, _ => Fleets, stop);

    public Task<DeploymentState> RunUntilAsync(string id, Func<string?, FakeFleets> openFleets, CancellationToken stop) =>
        new DeploymentRunner(State, openFleets, new SkippingTime()).RunAsync(id, stop);

    public async Task<Deployment> DeployAsync(string release, Func<DeploymentRequest, DeploymentRequest>? change = null)
    {
        var id = Request(release, change);
        await RunAsync(id);
        return Store.Get(id);
    }

    public Task<Deployment> UndoAsync(string id) => DeployAsync("-", request => request with { Kind = DeploymentKind.Undo, Undoes = id });

    public void Dispose() => _state.Dispose();

    private static byte[] Artifact(string content)
    {
        using var memory = new MemoryStream();
        using (var zip = new GZipStream(memory, CompressionLevel.Fastest, leaveOpen: true))
        using (var archive = new TarWriter(zip))
        using (var data = new MemoryStream(Encoding.UTF8.GetBytes(content)))
        {
            archive.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "content") { DataStream = data, ModificationTime = DateTimeOffset.UnixEpoch });
        }

        return memory.ToArray();
    }
}
