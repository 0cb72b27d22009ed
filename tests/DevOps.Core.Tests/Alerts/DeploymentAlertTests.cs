using DevOps.Core.Deployments.Journal;
using DevOps.Core.Deployments.Worker;
using DevOps.Core.Environments;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Core.Tests.Alerts;

public sealed class DeploymentAlertTests : IDisposable
{
    private readonly AlertBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Fact]
    public async Task A_deployment_that_fails_is_told_once_each_time_and_the_next_success_is_its_recovery()
    {
        await using var server = LoopbackServer.InTurn(new ScriptedAnswer(200));
        _bed.AddWebhook("ops", server);
        await using (var dispatcher = _bed.Dispatcher())
        {
            foreach (var state in (DeploymentState[])[DeploymentState.Succeeded, DeploymentState.Failed, DeploymentState.Failed, DeploymentState.Succeeded, DeploymentState.Succeeded])
            {
                dispatcher.Raise(Alert(state)!);
            }
        }

        Assert.Equal(["alert.raised", "alert.raised", "alert.recovered"], server.Requests.Select(request => AlertBed.Fields(request.Body)["type"]));
        Assert.Equal("The deployment of commit 0123456789ab in production failed.", AlertBed.Fields(server.Requests[0].Body)["summary"]);
        Assert.Equal("deployment/production", AlertBed.Fields(server.Requests[0].Body)["source"]);
    }

    [Fact]
    public void What_builds_and_applications_said_stays_on_this_machine() =>
        Assert.Equal("The build of shop failed. Its last lines:", Alert(DeploymentState.Failed, "The build of shop failed. Its last lines:\npassword=hunter2\n")!.Cause);

    [Theory]
    [InlineData(DeploymentState.Stopped)]
    [InlineData(DeploymentState.Superseded)]
    [InlineData(DeploymentState.Interrupted)]
    public void What_somebody_wanted_so_is_no_alert(DeploymentState state) => Assert.Null(Alert(state));

    [Fact]
    public void A_success_is_no_recovery_of_what_it_was_not_about()
    {
        var all = Alert(DeploymentState.Failed)!.Incident;
        var canary = Alert(DeploymentState.Failed, role: ApplicationRole.Canary)!.Incident;
        var rolling = Alert(DeploymentState.Failed, application: "shop")!.Incident;
        Assert.Equal(3, new[] { all, canary, rolling }.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(canary, Alert(DeploymentState.Succeeded, role: ApplicationRole.Canary)!.Incident);
    }

    [Fact]
    public void A_canary_release_that_waits_for_a_decision_is_told_and_its_success_is_the_recovery()
    {
        var alert = DeploymentAlerts.OfSuspended(Request("shop", role: null), "too few requests", DateTimeOffset.UnixEpoch);

        Assert.Equal(
            (AlertSeverity.Warning, "The canary release of shop in production waits for a decision.", "too few requests", "Get-CanaryRelease 20260504-091231-520-0197"),
            (alert.Severity, alert.Summary, alert.Cause, alert.Evidence));
        Assert.Equal(alert.Incident, Alert(DeploymentState.Succeeded, application: "shop")!.Incident);
    }

    private static DeploymentRequest Request(string? application, ApplicationRole? role) => new()
    {
        Id = "20260504-091231-520-0197",
        Kind = application is null ? DeploymentKind.Deployment : DeploymentKind.RollingUpdate,
        Environment = new EnvironmentDefinition("production", "/etc/production.psd1", Connection: null, [], []),
        Commit = "0123456789ab",
        Application = application,
        Role = role,
        StartedBy = "somebody",
        StartedAt = DateTimeOffset.UnixEpoch,
    };

    private static Alert? Alert(DeploymentState state, string? cause = null, string? application = null, ApplicationRole? role = null)
    {
        var request = Request(application, role);
        return DeploymentAlerts.Of(request, new Deployment(request.Id, request.Kind, "production", request.Commit, state, cause, request.StartedBy, request.StartedAt, request.StartedAt, []));
    }
}
