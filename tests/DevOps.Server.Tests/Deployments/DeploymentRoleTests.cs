using System.Text.Json;
using DevOps.Core.Alerts;
using DevOps.Core.Deployments.Journal;
using DevOps.Core.Environments;
using DevOps.Core.Servers;
using DevOps.Core.State;
using DevOps.Model;
using DevOps.Server.Deployments;

namespace DevOps.Server.Tests.Deployments;

public sealed class DeploymentRoleTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("devops-test-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_deployment_that_fails_is_told_to_people()
    {
        var state = StateFolder.Open(Path.Combine(_folder, "state"));
        var told = Path.Combine(_folder, "told");
        new AlertService(state).Add(new AlertDestinationRequest("test") { Program = "/bin/sh", Arguments = ["-c", "cat > \"$0\"", told] });
        var store = new DeploymentStore(state);
        // A connection that nobody has saved.
        var request = new DeploymentRequest
        {
            Id = store.NewId(),
            Kind = DeploymentKind.Deployment,
            Environment = new EnvironmentDefinition("production", Path.Combine(_folder, "production.psd1"), "nobody", [], []),
            Connection = "nobody",
            Commit = "0123456789abcdef0123456789abcdef01234567",
            StartedBy = "somebody",
            StartedAt = DateTimeOffset.UtcNow,
        };
        store.Create(request);
        Assert.Equal(1, await RunAsync(state, request.Id));

        using var alert = JsonDocument.Parse(await File.ReadAllTextAsync(told, Ct));
        Assert.Equal("deployment/production", alert.RootElement.GetProperty("source").GetString());
        Assert.Equal("Warning", alert.RootElement.GetProperty("severity").GetString());
        Assert.Contains("'nobody'", alert.RootElement.GetProperty("cause").GetString(), StringComparison.Ordinal);
        Assert.Equal($"Get-Deployment {request.Id}", alert.RootElement.GetProperty("evidence").GetString());
    }

    private static async Task<int> RunAsync(StateFolder state, string id)
    {
        var socket = ServerFiles.For(state, DeploymentRole.Name, id).SocketFile;
        var role = DeploymentRole.RunAsync(RoleArguments.Read([DeploymentRole.Name, "--state", state.Root, "--deployment", id, "--socket", socket])!);
        // A worker stays until whoever started it has seen it.
        using var administration = new AdministrationClient(socket);
        while (!role.IsCompleted && await administration.GetStatusAsync(Ct) is null or { State: ServerState.Starting }) await Task.Delay(20, Ct);
        return await role;
    }
}
