using System.Diagnostics;
using DevOps.LocalCloud.Containers;

namespace DevOps.LocalCloud.Tests.Containers;

public sealed class ProcessTableTests
{
    [Fact]
    public void A_running_process_always_began_at_the_same_moment()
    {
        Assert.NotNull(ProcessTable.StartOf(Environment.ProcessId));
        Assert.Equal(ProcessTable.StartOf(Environment.ProcessId), ProcessTable.StartOf(Environment.ProcessId));
    }

    [Fact]
    public async Task An_ended_process_began_never()
    {
        using var process = Process.Start("/bin/true");
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Null(ProcessTable.StartOf(process.Id));
    }
}
