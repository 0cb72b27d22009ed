using DevOps.Core.Tests.Hosting;

namespace DevOps.Core.Tests.Deployments;

/// <summary>
/// Random fleets, random faults, and control hosts that die at random moments, several times in a row. Each story comes to
/// a good end, whatever is done after each death; <see cref="RecoveryStory"/> tells it.
/// </summary>
[Trait("Category", "Slow")]
public sealed class RandomRecoveryTests
{
    [Fact]
    public async Task However_often_a_control_host_dies_every_host_ends_at_the_new_release_or_at_what_it_served_before()
    {
        foreach (var seed in Soak.Seeds(few: 25, many: 1_000))
        {
            using var story = new RecoveryStory(seed);
            await story.BeginAsync();
            while (await story.DieAndGoOnAsync())
            {
            }

            Assert.True(
                story.Served().SequenceEqual(story.Expected()),
                $"Seed {seed}: {string.Join(' ', story.Served())} instead of {string.Join(' ', story.Expected())}. {story}");
            Assert.True(story.MostAway <= story.MaxUnavailable, $"Seed {seed}: {story.MostAway} instances were away at a time, of {story.MaxUnavailable} that may be. {story}");
        }
    }
}
