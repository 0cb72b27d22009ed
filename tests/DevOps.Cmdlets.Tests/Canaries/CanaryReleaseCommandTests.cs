using DevOps.Cmdlets.Tests.Hosting;
using DevOps.Core.Canaries;
using DevOps.Core.Canaries.Releases;
using DevOps.Core.Deployments.Journal;
using DevOps.Model;

namespace DevOps.Cmdlets.Tests.Canaries;

[Trait("Category", "Slow")]
public sealed class CanaryReleaseCommandTests : IAsyncDisposable
{
    private readonly DeployedSession _bed = new();

    public ValueTask DisposeAsync() => _bed.DisposeAsync();

    [Fact]
    public void Canary_releases_are_listed_the_newest_first_and_other_deployments_are_none()
    {
        var first = Release(DeploymentState.Succeeded);
        _bed.Deploy();
        var second = Release(end: null, balancer: "other");

        Assert.Equal([second, first], Ids("Get-CanaryRelease"));
        Assert.Equal([second], Ids("Get-CanaryRelease -Latest 1"));
        Assert.Equal([first], Ids("Get-CanaryRelease -Balancer sh*"));
        Assert.Equal([first], Ids("Get-Deployment | Where-Object State -eq Succeeded | Where-Object Kind -eq CanaryRelease | Get-CanaryRelease"));
    }

    [Fact]
    public void A_canary_release_shows_where_it_is_and_what_was_thought_of_the_canary()
    {
        var release = _bed.Session.Invoke($"Get-CanaryRelease {Release(end: null)}").One<CanaryRelease>();

        Assert.Equal(
            ("shop", "shop", "two", CanaryReleaseState.Interrupted, 1, (int?)5, CanaryVerdict.Failed),
            (release.Balancer, release.Application, release.Release, release.State, release.Step, release.Share, release.Verdict!.Value));
        Assert.Equal((20, 100, 0.00012), (release.Judgement!.Canary.Errors, release.Judgement.Canary.Requests, release.Judgement.ErrorPValue));
        Assert.Equal("20/100 failed (20%), p50 10 ms, p99 30 ms", release.Judgement.Canary.ToString());
    }

    [Theory]
    [InlineData("Suspend")]
    [InlineData("Resume")]
    [InlineData("Complete")]
    [InlineData("Undo")]
    public void Without_a_release_under_way_there_is_nothing_to_tell_one(string verb) =>
        Assert.Equal(["CanaryReleaseNotFound"], _bed.Session.Invoke($"{verb}-CanaryRelease").ErrorIds);

    [Theory]
    [InlineData("Suspend")]
    [InlineData("Resume")]
    [InlineData("Complete")]
    public void A_release_that_has_ended_follows_no_order(string verb)
    {
        var id = Release(DeploymentState.Succeeded);

        Assert.Equal(["CanaryReleaseEnded"], _bed.Session.Invoke($"{verb}-CanaryRelease {id} -Confirm:$false").ErrorIds);
    }

    [Fact]
    public void A_release_whose_worker_died_cannot_be_suspended()
    {
        Release(end: null);

        var result = _bed.Session.Invoke("Get-CanaryRelease | Suspend-CanaryRelease");

        Assert.Equal(["CanaryReleaseInterrupted"], result.ErrorIds);
        Assert.StartsWith("Resume-CanaryRelease 2026", result.Errors[0].ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void A_deployment_that_is_no_canary_release_is_named_so() =>
        Assert.Equal(["CanaryReleaseNotFound"], _bed.Session.Invoke($"Undo-CanaryRelease {_bed.Deploy()}").ErrorIds);

    [Theory]
    [InlineData("Complete", "Bring the release to all instances")]
    [InlineData("Undo", "Go back to what was served before the canary release")]
    public void WhatIf_names_the_release_and_tells_it_nothing(string verb, string action)
    {
        var id = Release(end: null);

        Assert.Empty(_bed.Session.Invoke($"{verb}-CanaryRelease -WhatIf").ErrorIds);

        Assert.Contains($"\"{action}\" on target \"shop two behind shop ({id})\"", Assert.Single(_bed.Session.Host.Lines), StringComparison.Ordinal);
        Assert.Single(_bed.Store.Ids());
    }

    [Theory]
    [InlineData("-Step 50, 20", "CanaryStepsInvalid")]
    [InlineData("-StepTime 5m -MaxWait 1m", "CanaryTimesInvalid")]
    [InlineData("-Step 0", "ParameterArgumentValidationError")]
    [InlineData("-Step 100", "ParameterArgumentValidationError")]
    [InlineData("-MaxErrorRate 5", "ParameterArgumentValidationError")]
    [InlineData("-MaxLatencyRatio 0.5", "ParameterArgumentValidationError")]
    [InlineData("-OnInconclusive Guess", "CannotConvertArgumentNoMessage")]
    public void What_cannot_be_meant_is_refused_before_anything_is_written(string arguments, string id)
    {
        AddRelease("shop", "two");

        Assert.Equal([id], _bed.Session.Invoke($"Invoke-CanaryRelease shop two {arguments}").ErrorIds);
        Assert.Empty(_bed.Store.Ids());
    }

    [Fact]
    public void A_release_that_does_not_exist_is_an_error() =>
        Assert.Equal(["ReleaseNotFound"], _bed.Session.Invoke("Invoke-CanaryRelease shop nope").ErrorIds);

    [Fact]
    public void Of_several_applications_with_a_release_of_one_id_one_must_be_named()
    {
        AddRelease("shop", "two");
        AddRelease("other", "two");

        Assert.Equal(["ReleaseAmbiguous"], _bed.Session.Invoke("Invoke-CanaryRelease front two -WhatIf").ErrorIds);
        Assert.Equal(["CanaryStepsInvalid"], _bed.Session.Invoke("Invoke-CanaryRelease front two -Application shop -Step 2, 1").ErrorIds);
    }

    [Fact]
    public void WhatIf_of_a_release_from_the_pipeline_asks_how_the_hosts_stand_and_starts_nothing()
    {
        AddRelease("shop", "two");

        // The release's artifact is missing, which is found out when it is asked what each host would get.
        Assert.Equal(["ArtifactNotFound"], _bed.Session.Invoke("Get-ApplicationRelease shop | Invoke-CanaryRelease -Balancer front -WhatIf").ErrorIds);
        Assert.Equal(["ArtifactNotFound"], _bed.Session.Invoke("Invoke-CanaryRelease front (Get-ApplicationRelease shop two) -WhatIf").ErrorIds);
        Assert.Empty(_bed.Store.Ids());
    }

    private IEnumerable<string> Ids(string script) => _bed.Session.Invoke(script).Objects<CanaryRelease>().Select(release => release.Id);

    private void AddRelease(string application, string id)
    {
        var definition = _bed.Environment.Applications[0] with { Name = application };
        var release = new ApplicationRelease(id, application, "production", new string('c', 40), new string('d', 64), 1, DateTimeOffset.UnixEpoch, "tester");
        _bed.AddRelease(release, definition);
    }

    private string Release(DeploymentState? end, string balancer = "shop")
    {
        var id = _bed.Deploy(end: null, request => request with
        {
            Kind = DeploymentKind.CanaryRelease,
            Application = "shop",
            Release = "two",
            Fleet = "web",
            Canary = new CanaryPlan
            {
                Balancer = balancer,
                Steps = [5, 50],
                StepTime = TimeSpan.FromSeconds(30),
                MaxWait = TimeSpan.FromMinutes(10),
                Limits = new CanaryLimits(),
                OnInconclusive = InconclusivePolicy.Suspend,
            },
        });
        using var journal = _bed.Store.OpenJournal(id);
        var before = new BalancerBefore(EjectsFailingCanary: true, new Dictionary<string, int>(StringComparer.Ordinal) { ["web-1"] = 2, ["web-2"] = 1 });
        void Write(JournalEntryKind kind, CanaryNote note) => journal.Write(kind, $"{kind}", entry => entry with { Canary = note });
        Write(JournalEntryKind.Splitting, new CanaryNote { Step = 1, Share = 5, Before = before });
        Write(JournalEntryKind.Split, new CanaryNote { Step = 1, Share = 5 });
        Write(JournalEntryKind.Judging, new CanaryNote { Step = 1, Share = 5 });
        var canary = new CanarySample(100, 20, TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(30));
        var judgement = new CanaryJudgement(1, 5, CanaryVerdict.Failed, "it failed", IsFinal: true, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddSeconds(30), canary, canary with { Errors = 0 }, 0.00012, 0.1, 0.5, 0.0008, 0);
        Write(JournalEntryKind.Judged, new CanaryNote { Step = 1, Share = 5, Judgement = judgement });
        if (end is { } state) journal.End(state, $"it {state}");
        return id;
    }
}
