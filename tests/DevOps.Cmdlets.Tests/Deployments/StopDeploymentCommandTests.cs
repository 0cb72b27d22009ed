using DevOps.Cmdlets.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Cmdlets.Tests.Deployments;

public sealed class StopDeploymentCommandTests : IAsyncDisposable
{
    private readonly DeployedSession _bed = new();

    public ValueTask DisposeAsync() => _bed.DisposeAsync();

    [Fact]
    public void There_is_nothing_to_stop_while_nothing_is_deployed()
    {
        _bed.Deploy();

        Assert.Equal(["DeploymentNotRunning"], _bed.Session.Invoke("Stop-Deployment").ErrorIds);
    }

    [Theory]
    [InlineData(DeploymentState.Succeeded, "Get-Deployment lists")]
    [InlineData(null, "Invoke-Deployment -Resume")]
    public void One_that_does_not_run_is_an_error_that_says_what_can_be_done(DeploymentState? end, string advice)
    {
        var error = Assert.Single(_bed.Session.Invoke($"Stop-Deployment {_bed.Deploy(end)}").Errors);

        Assert.StartsWith("DeploymentNotRunning,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains(advice, error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_does_not_exist_is_an_error_and_the_next_is_looked_at()
    {
        var result = _bed.Session.Invoke($"'nope', '{_bed.Deploy()}' | Stop-Deployment");

        Assert.Equal(["DeploymentNotFound", "DeploymentNotRunning"], result.ErrorIds);
    }

    [Fact]
    public async Task WhatIf_names_every_deployment_that_runs_and_stops_none()
    {
        string[] ids = [_bed.Deploy(end: null), _bed.Deploy(end: null)];
        await using var one = await _bed.LiveAsync(ids[0]);
        await using var two = await _bed.LiveAsync(ids[1]);

        var result = _bed.Session.Invoke("Stop-Deployment -WhatIf");

        Assert.Empty(result.ErrorIds);
        Assert.Empty(result.Output);
        Assert.All(ids, id => Assert.Contains(_bed.Session.Host.Lines, line => line.Contains(id, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task One_whose_worker_cannot_be_told_is_an_error_with_the_command_that_ends_it()
    {
        var id = _bed.Deploy(end: null);
        await using var worker = await _bed.LiveAsync(id);

        var error = Assert.Single(_bed.Session.Invoke($"Stop-Deployment {id}").Errors);

        Assert.StartsWith("DeploymentNotReachable,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("kill -TERM", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }
}
