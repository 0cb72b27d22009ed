using System.Runtime.CompilerServices;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Balancing;

/// <summary>Tells what happens at a balancer while it happens, over restarts of its process.</summary>
/// <param name="state">The installation's state folder.</param>
/// <param name="time">The clock.</param>
internal sealed class BalancerWatch(StateFolder state, TimeProvider time)
{
    private static readonly TimeSpan LongestPoll = TimeSpan.FromSeconds(15);

    // No event says that a process that is not there yet has come.
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Follows a balancer until it is removed.</summary>
    /// <param name="name">The balancer's name.</param>
    /// <param name="includesHistory">Whether to begin with what is written down of the past.</param>
    /// <param name="ct">Ends the following.</param>
    /// <returns>The events, in order.</returns>
    /// <exception cref="DevOpsException"><c>BalancerNotFound</c>, <c>ServerAnswerInvalid</c>.</exception>
    public async IAsyncEnumerable<BalancerEvent> FollowAsync(string name, bool includesHistory, [EnumeratorCancellation] CancellationToken ct)
    {
        var catalog = new BalancerCatalog(state);
        catalog.Get(name);
        var files = new BalancerFiles(state, name);
        using var client = new BalancerClient(state, name, time);
        var last = includesHistory ? 0 : (await client.ReportAsync(ct))?.LastEvent ?? LastWritten(files);
        // The process remembers the newest events only.
        var isBehind = includesHistory;
        while (true)
        {
            var news = isBehind ? null : await client.EventsAsync(last, LongestPoll, ct);
            foreach (var entry in news?.Events ?? Written(files, last))
            {
                last = entry.Id;
                yield return entry;
            }

            if (isBehind)
            {
                isBehind = false;
                continue;
            }

            if (news is not null) continue;
            if (catalog.Find(name) is null) yield break;
            await Task.Delay(LookInterval, time, ct);
        }
    }

    private static long LastWritten(BalancerFiles files) => Written(files, 0) is [.., var newest] ? newest.Id : 0;

    private static IReadOnlyList<BalancerEvent> Written(BalancerFiles files, long after) => [.. BalancerEventFile.Read(files.EventsFile).Where(entry => entry.Id > after)];
}
