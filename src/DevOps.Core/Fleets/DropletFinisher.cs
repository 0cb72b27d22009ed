using DevOps.Core.DigitalOcean;
using DevOps.Core.Hosts;
using DevOps.Model;

namespace DevOps.Core.Fleets;

/// <summary>
/// Brings a created droplet to where it can be used: SSH answers with the bootstrap host key, cloud-init has finished without
/// errors, the droplet has made a host key of its own, shows it, and it is pinned as a tag. Each step can be interrupted and
/// is done again by the next run.
/// </summary>
/// <param name="client">The API.</param>
/// <param name="connector">Opens SSH sessions.</param>
/// <param name="journal">The records.</param>
/// <param name="timing">How it waits.</param>
/// <param name="time">The clock.</param>
internal sealed class DropletFinisher(DigitalOceanClient client, HostConnector connector, CreationJournal journal, FleetTiming timing, TimeProvider time)
{
    /// <summary>Finishes a droplet that has an address.</summary>
    /// <param name="droplet">The droplet.</param>
    /// <param name="record">Its record, with the bootstrap key.</param>
    /// <param name="report">Told what is done now, and how far it is in percent.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>The droplet with its pinned key.</returns>
    /// <exception cref="DevOpsException"><c>CloudInitFailed</c>, <c>HostKeyNotReplaced</c>, those of <see cref="HostConnector"/> and of the API.</exception>
    public async Task<Droplet> FinishAsync(Droplet droplet, CreationRecord record, Action<string, int> report, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                return await FinishOnceAsync(droplet, record, report, ct);
            }
            catch (DevOpsException failure) when (failure.Id == "HostConnectionLost")
            {
                // The first start may restart sshd or the whole droplet. The caller's limit ends this.
                await Task.Delay(timing.PollInterval, time, ct);
                record = journal.Read(record.Fleet)[record.Droplet];
            }
        }
    }

    private async Task<Droplet> FinishOnceAsync(Droplet droplet, CreationRecord record, Action<string, int> report, CancellationToken ct)
    {
        // An interrupted run may have left either key in use: both are ours.
        var bootstrap = SshKeyPair.Parse(record.BootstrapKey).HostKey;
        string[] accepted = record.NextHostKey is { } next ? [bootstrap, next] : [bootstrap];
        report("waiting for SSH", 40);
        var hostKey = bootstrap;
        await using (var session = await ConnectPatientlyAsync(droplet, accepted, ct))
        {
            report("waiting for cloud-init", 60);
            await WaitForCloudInitAsync(session, ct);
            hostKey = session.HostKey;
            if (hostKey == bootstrap)
            {
                report("replacing the host key", 85);
                hostKey = await ReplaceHostKeyAsync(session, record, ct);
            }
        }

        report("verifying the host key", 90);
        await using (await ConnectPatientlyAsync(droplet, [hostKey], ct))
        {
        }

        var pin = DropletTags.HostKeyPrefix + hostKey;
        await client.TagAsync(pin, [droplet], ct);
        journal.Remove(record.Fleet, record.Droplet);
        return droplet with { Tags = [.. droplet.Tags, pin] };
    }

    private static async Task WaitForCloudInitAsync(HostSession session, CancellationToken ct)
    {
        // The caller's limit for the whole droplet is the limit of this wait.
        var result = await session.RunAsync(EmbeddedFile.Read("Fleets/Scripts/wait-cloud-init.sh"), timeout: Timeout.InfiniteTimeSpan, ct: ct);
        if (CloudInitResult.Read(result).Failure(session.Droplet) is { } failure) throw failure;
    }

    private async Task<string> ReplaceHostKeyAsync(HostSession session, CreationRecord record, CancellationToken ct)
    {
        var made = await session.RunAsync(EmbeddedFile.Read("Fleets/Scripts/make-host-key.sh"), ct: ct);
        if (made.ExitCode != 0) throw NotReplaced(session.Droplet, made);
        var parts = made.Output.Split(' ', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var blob = new byte[256];
        if (parts is not ["ssh-ed25519", var encoded, ..] || !Convert.TryFromBase64String(encoded, blob, out var length)) throw NotReplaced(session.Droplet, made);
        var hostKey = SshKeyPair.HostKeyOf(blob[..length]);
        // Written before the droplet changes keys: a run that is interrupted right after must still recognize it.
        journal.Write(record with { NextHostKey = hostKey });
        var used = await session.RunAsync(EmbeddedFile.Read("Fleets/Scripts/use-host-key.sh"), ct: ct);
        return used.ExitCode == 0 ? hostKey : throw NotReplaced(session.Droplet, used);
    }

    private async Task<HostSession> ConnectPatientlyAsync(Droplet droplet, IReadOnlyCollection<string> hostKeys, CancellationToken ct)
    {
        long? strangeSince = null;
        while (true)
        {
            try
            {
                return await connector.ConnectAsync(droplet, hostKeys, ct);
            }
            catch (DevOpsException failure) when (failure.Id == "DropletUnreachable")
            {
                // Active does not mean that SSH answers. The caller's limit ends this.
                strangeSince = null;
            }
            catch (DevOpsException failure) when (failure.Id is "HostKeyMismatch" or "SshAuthenticationFailed")
            {
                // For a moment at its first start a host may show keys of its image. It is told nothing meanwhile.
                strangeSince ??= time.GetTimestamp();
                if (time.GetElapsedTime(strangeSince.Value) >= timing.IdentityPatience) throw;
            }

            await Task.Delay(timing.PollInterval, time, ct);
        }
    }

    private static DevOpsException NotReplaced(Droplet droplet, HostCommandResult result) => new(
        "HostKeyNotReplaced",
        FailureKind.OperationFailed,
        $"Droplet '{droplet.Name}' could not replace its first host key: {result.ErrorOutput.Trim()}",
        $"Run New-DropletFleet again to try once more, or remove it with Remove-Droplet {droplet.Name}.",
        droplet);
}
