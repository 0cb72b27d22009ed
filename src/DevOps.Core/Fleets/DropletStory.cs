using DevOps.Core.Operations;
using DevOps.Model;

namespace DevOps.Core.Fleets;

/// <summary>What happens to one droplet of a run: what is told of it, and what is known of it.</summary>
/// <param name="fleet">The fleet's name.</param>
/// <param name="name">The droplet's name.</param>
/// <param name="progress">Who is told.</param>
internal sealed class DropletStory(string fleet, string name, IProgress<OperationMessage> progress)
{
    /// <summary>The droplet's name.</summary>
    public string Name => name;

    /// <summary>The droplet as it was last seen; nothing before it exists.</summary>
    public Droplet? Droplet { get; set; }

    /// <summary>What was done last.</summary>
    public string Status { get; private set; } = "waiting";

    /// <summary>Tells what is done now.</summary>
    /// <param name="status">What.</param>
    /// <param name="percent">How far it is.</param>
    public void Report(string status, int percent)
    {
        Status = status;
        progress.Report(new ProgressMessage(Activity, name, status, percent));
    }

    /// <summary>Ends the droplet's progress.</summary>
    /// <param name="status">How it ended.</param>
    public void End(string status) => progress.Report(new ProgressMessage(Activity, name, status, 100, IsCompleted: true));

    /// <summary>Tells that it failed.</summary>
    /// <param name="failure">Why.</param>
    public void Fail(DevOpsException failure)
    {
        End("failed");
        progress.Report(new FailureMessage(failure));
    }

    private string Activity => $"Fleet {fleet}";
}
