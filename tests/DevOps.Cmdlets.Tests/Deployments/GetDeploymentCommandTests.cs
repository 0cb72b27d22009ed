using DevOps.Cmdlets.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Cmdlets.Tests.Deployments;

public sealed class GetDeploymentCommandTests : IAsyncDisposable
{
    private readonly DeployedSession _bed = new();

    public ValueTask DisposeAsync() => _bed.DisposeAsync();

    [Fact]
    public void Deployments_come_with_the_newest_first_and_only_as_many_as_wanted()
    {
        string[] ids = [_bed.Deploy(), _bed.Deploy(), _bed.Deploy()];

        Assert.Equal(ids.Reverse(), Ids("Get-Deployment"));
        Assert.Equal(ids.Reverse().Take(2), Ids("Get-Deployment -Latest 2"));
        Assert.Equal([ids[1]], Ids($"Get-Deployment {ids[1]}"));
        Assert.Equal([ids[0], ids[2]], Ids($"'{ids[0]}', '{ids[2]}' | Get-Deployment"));
        Assert.Empty(Ids("Get-Deployment none*"));
    }

    [Fact]
    public async Task The_state_follows_from_the_journal_and_from_the_living_worker()
    {
        var (failed, died, runs) = (_bed.Deploy(DeploymentState.Failed), _bed.Deploy(end: null), _bed.Deploy(end: null));
        await using var worker = await _bed.LiveAsync(runs);

        var deployments = _bed.Session.Invoke("Get-Deployment").Objects<Deployment>();

        Assert.Equal(
            [(runs, DeploymentState.Running, null), (died, DeploymentState.Interrupted, "its worker died"), (failed, DeploymentState.Failed, "it Failed")],
            deployments.Select(deployment => (deployment.Id, deployment.State, deployment.Cause)));
    }

    [Fact]
    public void The_events_tell_what_happened_to_which_instance()
    {
        var story = _bed.Session.Invoke($"(Get-Deployment {_bed.Deploy()}).Events").Objects<DeploymentEvent>();

        Assert.Equal([null, "web-1", null], story.Select(happened => happened.Instance));
        Assert.Equal("shop on web-1 is switched", story[1].Message);
    }

    [Fact]
    public void An_environment_is_asked_for_by_its_name()
    {
        var other = _bed.Know("trial");
        var ids = (_bed.Deploy(), Trial: _bed.Deploy(change: request => request with { Environment = other }));

        Assert.Equal([ids.Trial], Ids("Get-Deployment -Environment TRIAL"));
        Assert.Empty(Ids("Get-Deployment -Environment unheard-of"));
    }

    [Theory]
    [InlineData("@{ Name = 'production'; Applications = @(")]
    [InlineData("@{ Name = 'production'; Surprise = 1 }")]
    [InlineData(null)]
    public void An_environment_file_that_is_broken_or_gone_hides_no_deployment(string? content)
    {
        if (content is not null) File.WriteAllText(_bed.Environment.File, content);

        Assert.Equal([_bed.Deploy()], Ids("Get-Deployment -Environment ./production.psd1"));
    }

    [Fact]
    public void A_file_finds_also_what_was_deployed_before_its_environment_got_another_name()
    {
        var before = _bed.Deploy();
        Write("renamed");
        var after = _bed.Deploy(change: request => request with { Environment = request.Environment with { Name = "renamed" } });

        Assert.Equal([after, before], Ids("Get-Deployment -Environment production.psd1"));
    }

    [Fact]
    public void A_file_finds_also_what_was_deployed_while_it_stood_elsewhere()
    {
        var id = _bed.Deploy(change: request => request with { Environment = request.Environment with { File = "/elsewhere/production.psd1" } });
        Write("production");

        Assert.Equal([id], Ids("Get-Deployment -Environment production.psd1"));
    }

    [Theory]
    [InlineData("@{ Name = 'X Y' }", "EnvironmentFileInvalid")]
    [InlineData(null, "EnvironmentFileNotFound")]
    public void A_file_that_says_nothing_and_deployed_nothing_is_one_error(string? content, string id)
    {
        _bed.Deploy();
        if (content is not null) File.WriteAllText(Path.Combine(_bed.Session.Folder, "other.psd1"), content);

        Assert.Equal([id], _bed.Session.Invoke("Get-Deployment -Environment ./other.psd1").ErrorIds);
    }

    [Fact]
    public void A_deployment_that_is_named_and_does_not_exist_is_an_error() =>
        Assert.Equal(["DeploymentNotFound"], _bed.Session.Invoke("Get-Deployment 20200101-000000-000-0000").ErrorIds);

    [Fact]
    public void A_damaged_journal_is_one_error_and_hides_no_other()
    {
        var (damaged, whole) = (_bed.Deploy(), _bed.Deploy());
        File.WriteAllText(_bed.State.PathOf("deployments", damaged, "journal.jsonl"), "{\n");

        var result = _bed.Session.Invoke("Get-Deployment");

        Assert.Equal(["JournalDamaged"], result.ErrorIds);
        Assert.Equal(whole, Assert.Single(result.Objects<Deployment>()).Id);
    }

    private void Write(string name) => File.WriteAllText(
        _bed.Environment.File,
        $"@{{ Name = '{name}'; Applications = @( @{{ Name = 'shop'; Fleet = 'web'; Source = '.'; Command = '/bin/shop'; Port = 80 }} ) }}");

    private IEnumerable<string> Ids(string script)
    {
        var result = _bed.Session.Invoke(script);
        Assert.Empty(result.ErrorIds);
        return result.Objects<Deployment>().Select(deployment => deployment.Id);
    }
}
