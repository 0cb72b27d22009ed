using DevOps.Model;

namespace DevOps.Server.Heartbeats.History;

/// <summary>Makes incidents of changes: each is the time without a break in which a target was degraded or down.</summary>
internal static class Incidents
{
    /// <summary>Whether a state belongs to an incident.</summary>
    /// <param name="state">The state.</param>
    /// <returns>Whether it is degraded or down.</returns>
    public static bool Include(HeartbeatState state) => state is HeartbeatState.Degraded or HeartbeatState.Down;

    /// <summary>The incidents of a period.</summary>
    /// <param name="changes">The changes, oldest first, from before the period as far back as its first incident reaches, and beyond it until its last one ended.</param>
    /// <param name="from">Where the period begins, in milliseconds since 1970.</param>
    /// <param name="to">Where it ends.</param>
    /// <returns>The incidents of which a part lies in the period, oldest first.</returns>
    public static IReadOnlyList<HeartbeatIncident> Of(IReadOnlyList<StateChange> changes, long from, long to)
    {
        var incidents = new List<HeartbeatIncident>();
        StateChange? began = null;
        StateChange? worst = null;
        foreach (var change in changes)
        {
            if (Include(change.State))
            {
                began ??= change;
                if (worst is null || change.State > worst.State) worst = change;
            }
            else if (began is not null)
            {
                Add(change.At);
                (began, worst) = (null, null);
            }
        }

        if (began is not null) Add(null);
        return incidents;

        void Add(long? ended)
        {
            if (began.At >= to || ended <= from) return;
            incidents.Add(new HeartbeatIncident(HistoryTime.At(began.At), ended is { } end ? HistoryTime.At(end) : null, worst!.State, worst.Cause, worst.Evidence));
        }
    }
}
