using DevOps.Core.Tests.Hosting;

namespace DevOps.Core.Tests.Flags.Faults;

[Trait("Category", "Slow")]
public sealed class KilledNodesTests
{
    [Fact]
    public async Task Nothing_that_was_acknowledged_is_lost_however_often_nodes_are_killed()
    {
        await using var story = await KillStory.BeginAsync(Random.Shared.Next());
        for (var kill = 0; kill < Soak.Of(few: 5, many: 100); kill++)
        {
            await story.KillAsync();
            await story.CheckAsync();
        }
    }
}
