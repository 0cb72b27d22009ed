using System.Text.Json;
using DevOps.Core.Deployments.Hosts;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Deployments.Instances;

/// <summary>
/// What instances serve, one file an instance below <c>environments/NAME/instances/</c> of the state folder. The hosts have
/// the truth; this is what can be known of them without asking, for whoever looks often.
/// </summary>
/// <param name="state">The installation's state folder.</param>
public sealed class InstanceRecords(StateFolder state)
{
    private const string Environments = "environments";
    private const string FolderName = "instances";
    private const string Extension = ".json";

    /// <summary>Notes what an instance's <c>current</c> leads to. What stands there already is not written again.</summary>
    /// <param name="droplet">The droplet.</param>
    /// <param name="release">What the release says about itself.</param>
    /// <exception cref="DevOpsException"><c>StateFolderNotWritable</c>.</exception>
    internal void Note(Droplet droplet, ReleaseSeal release)
    {
        var record = new InstanceRecord(release.Application, droplet.Name, droplet.Id, release);
        if (Find(release.Environment, release.Application, droplet.Name) == record) return;
        state.Write(FileOf(release.Environment, release.Application, droplet.Name), JsonSerializer.SerializeToUtf8Bytes(record, InstanceRecordJson.Default.InstanceRecord));
    }

    /// <summary>Forgets an instance, which serves nothing any more.</summary>
    /// <param name="environment">The environment's name.</param>
    /// <param name="application">The application.</param>
    /// <param name="instance">The droplet's name.</param>
    internal void Forget(string environment, string application, string instance)
    {
        try
        {
            File.Delete(FileOf(environment, application, instance));
        }
        catch (DirectoryNotFoundException)
        {
            // Nothing of the application was ever noted.
        }
    }

    /// <summary>Tells what an instance serves.</summary>
    /// <param name="environment">The environment's name.</param>
    /// <param name="application">The application.</param>
    /// <param name="instance">The droplet's name.</param>
    /// <returns>The record; nothing when nothing was deployed to it, or when it cannot be read.</returns>
    public InstanceRecord? Find(string environment, string application, string instance)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(FileOf(environment, application, instance)), InstanceRecordJson.Default.InstanceRecord);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            // The next deployment writes it anew.
            return null;
        }
    }

    /// <summary>Where an instance's record stands, which need not exist.</summary>
    /// <param name="environment">The environment's name.</param>
    /// <param name="application">The application.</param>
    /// <param name="instance">The droplet's name.</param>
    /// <returns>The full path.</returns>
    internal string FileOf(string environment, string application, string instance) => state.PathOf(Environments, environment, FolderName, application, instance + Extension);
}
