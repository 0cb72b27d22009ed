using DevOps.Core.Servers;

namespace DevOps.LocalCloud.Administration;

/// <summary>What the local cloud says of itself on its administration socket.</summary>
/// <param name="instance">What it calls itself.</param>
/// <param name="time">The clock.</param>
internal sealed class StatusBoard(string instance, TimeProvider time)
{
    private ServerStatus _status = new("localcloud", instance, Environment.ProcessId, ServerState.Starting, time.GetUtcNow());

    /// <summary>The status now.</summary>
    public ServerStatus Status => Volatile.Read(ref _status);

    /// <summary>Says what is being prepared.</summary>
    /// <param name="activity">What it is.</param>
    /// <param name="percent">How far it is, when that can be known.</param>
    public void Report(string activity, int? percent = null) => Set(Status with { Activity = activity, Percent = percent });

    /// <summary>Says that the API answers.</summary>
    /// <param name="endpoint">Where.</param>
    public void Run(Uri endpoint) => Set(Status with { State = ServerState.Running, Activity = null, Percent = null, Endpoint = endpoint });

    /// <summary>Says why it cannot work.</summary>
    /// <param name="failure">Why.</param>
    public void Fail(ServerFailure failure) => Set(Status with { State = ServerState.Failed, Failure = failure });

    /// <summary>Says that it is about to end.</summary>
    public void Stop() => Set(Status with { State = ServerState.Stopping });

    private void Set(ServerStatus status) => Volatile.Write(ref _status, status);
}
