using DevOps.Core.DigitalOcean;
using DevOps.Core.Hosts;
using DevOps.Model;

namespace DevOps.Core.Fleets;

/// <summary>
/// Asks for droplets so that none is ever made twice: it is written down before the API is asked, and when it is not certain
/// whether the API did it, the droplet is looked for by its run's tag before it is asked for again.
/// </summary>
/// <param name="client">The API.</param>
/// <param name="journal">The records.</param>
/// <param name="watch">Looks at the fleet's droplets.</param>
/// <param name="timing">How it waits.</param>
/// <param name="time">The clock.</param>
internal sealed class DropletCreator(DigitalOceanClient client, CreationJournal journal, FleetWatch watch, FleetTiming timing, TimeProvider time)
{
    private const int Attempts = 3;

    /// <summary>Makes a droplet, or finds the one that an interrupted run has made.</summary>
    /// <param name="request">The fleet.</param>
    /// <param name="name">The droplet's name.</param>
    /// <param name="run">This run.</param>
    /// <param name="keyFingerprint">The key that may enter.</param>
    /// <param name="isProtected">Whether it is protected from its beginning.</param>
    /// <param name="earlier">The record of an interrupted run, or nothing.</param>
    /// <param name="ct">Ends it; the record stays for the next run.</param>
    /// <returns>The droplet and its record.</returns>
    public async Task<(Droplet Droplet, CreationRecord Record)> CreateAsync(
        FleetRequest request,
        string name,
        string run,
        string keyFingerprint,
        bool isProtected,
        CreationRecord? earlier,
        CancellationToken ct)
    {
        if (earlier is not null && await FindAsync(earlier, ct) is { } found) return Keep(earlier, found);
        var bootstrap = SshKeyPair.Generate();
        var record = new CreationRecord(name, request.Name, run, bootstrap.PrivateKey, time.GetUtcNow());
        var create = new DropletCreateRequest(
            name,
            request.Region,
            request.Size,
            request.Image,
            [keyFingerprint],
            [DropletTags.FleetPrefix + request.Name, DropletTags.ManagedBy, DropletTags.RunPrefix + run, .. isProtected ? [DropletTags.Protected] : Array.Empty<string>(), .. request.Tags],
            UserDataDocument.Create(bootstrap, request.Packages, request.UserData));
        journal.Write(record);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return Keep(record, await client.CreateDropletAsync(create, ct));
            }
            catch (DevOpsException failure) when (!ApiFailures.IsAmbiguous(failure))
            {
                // Certainly not made: nothing to remember.
                journal.Remove(request.Name, name);
                throw;
            }
            catch (DevOpsException failure)
            {
                if (await FindAsync(record, ct) is { } made) return Keep(record, made);
                if (attempt == Attempts) throw Uncertain(failure, name, request.Name);
            }
        }
    }

    private static DevOpsException Uncertain(DevOpsException failure, string name, string fleet) => new(
        failure.Id,
        failure.Kind,
        $"Droplet '{name}' could not be created: {failure.Message}",
        $"Run New-DropletFleet {fleet} again: it finds the droplet if the API made it after all, and makes it otherwise.",
        name,
        failure);

    private Task<Droplet?> FindAsync(CreationRecord record, CancellationToken ct)
    {
        var tag = DropletTags.RunPrefix + record.Run;
        return watch.WaitAsync(droplet => droplet.Id == record.DropletId || (droplet.Name == record.Droplet && droplet.Tags.Contains(tag)), timing.SettleTime, ct);
    }

    private (Droplet Droplet, CreationRecord Record) Keep(CreationRecord record, Droplet droplet)
    {
        var known = record with { DropletId = droplet.Id };
        journal.Write(known);
        return (droplet, known);
    }
}
