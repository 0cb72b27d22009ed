using DevOps.Cmdlets.Tests.Hosting;
using DevOps.Core.Deployments.Journal;
using DevOps.Core.State;

namespace DevOps.Cmdlets.Tests.Environments;

public sealed class RemoveDeploymentEnvironmentCommandTests : IAsyncDisposable
{
    private readonly DeployedSession _bed = new();

    public ValueTask DisposeAsync() => _bed.DisposeAsync();

    [Fact]
    public void The_question_says_how_much_is_forgotten()
    {
        _bed.Deploy();
        _bed.Deploy();
        _bed.Session.Host.Answers.Enqueue("No");

        Assert.Empty(_bed.Session.Invoke("Remove-DeploymentEnvironment production").ErrorIds);

        Assert.Contains("Forget its 2 deployment(s) and 0 release(s)", Assert.Single(_bed.Session.Host.Questions), StringComparison.Ordinal);
        Assert.Equal(["production"], Known());
    }

    [Fact]
    public void WhatIf_forgets_nothing()
    {
        _bed.Deploy();

        Assert.Empty(_bed.Session.Invoke("Remove-DeploymentEnvironment production -WhatIf").ErrorIds);

        Assert.Equal(["production"], Known());
        Assert.Single(_bed.Store.Ids());
    }

    [Fact]
    public void An_environment_goes_with_its_deployments_and_another_one_stays()
    {
        var other = _bed.Know("trial");
        _bed.Deploy();
        var kept = _bed.Deploy(change: request => request with { Environment = other });

        Assert.Empty(_bed.Session.Invoke("Remove-DeploymentEnvironment production -Confirm:$false").ErrorIds);

        Assert.Equal(["trial"], Known());
        Assert.Equal([kept], _bed.Store.Ids());
    }

    [Fact]
    public void A_file_that_is_gone_means_everything_that_was_deployed_from_it_under_whichever_name()
    {
        new KnownEnvironments(_bed.State).Save(_bed.Environment with { Name = "renamed" });
        _bed.Know("trial");

        Assert.Empty(_bed.Session.Invoke("Remove-DeploymentEnvironment ./production.psd1 -Confirm:$false").ErrorIds);

        Assert.Equal(["trial"], Known());
    }

    [Fact]
    public void The_socket_of_a_worker_that_was_killed_goes_too()
    {
        var socket = Core.Servers.ServerFiles.For(_bed.State, "deployment", _bed.Deploy(end: null)).SocketFile;
        File.WriteAllText(socket, string.Empty);

        Assert.Empty(_bed.Session.Invoke("Remove-DeploymentEnvironment production -Confirm:$false").ErrorIds);

        Assert.False(File.Exists(socket));
    }

    [Fact]
    public async Task An_environment_in_which_is_deployed_is_refused()
    {
        await using var deployment = StateLock.TryAcquire(_bed.State, "environments", "production", "lock");

        Assert.Equal(["EnvironmentBusy"], _bed.Session.Invoke("Remove-DeploymentEnvironment production -Confirm:$false").ErrorIds);
        Assert.Equal(["production"], Known());
    }

    [Fact]
    public void One_that_was_never_deployed_is_an_error_and_the_next_is_forgotten()
    {
        Assert.Equal(["EnvironmentNotFound"], _bed.Session.Invoke("Remove-DeploymentEnvironment nope, production -Confirm:$false").ErrorIds);
        Assert.Empty(Known());
    }

    private IEnumerable<string> Known() => new KnownEnvironments(_bed.State).List().Select(environment => environment.Name);
}
