using DevOps.Model;

namespace DevOps.Core.Deployments.Hosts;

/// <summary>Says what to do about each failure that the host's scripts know by name.</summary>
internal static class HostFailures
{
    /// <summary>Makes the failure.</summary>
    /// <param name="id">The id that the script gave.</param>
    /// <param name="message">What it said.</param>
    /// <param name="application">The application.</param>
    /// <param name="droplet">The host.</param>
    /// <returns>The failure.</returns>
    public static DevOpsException Explain(string id, string message, string application, Droplet droplet)
    {
        var (kind, action) = id switch
        {
            "HostNotRoot" => (FailureKind.PermissionDenied, "See with Invoke-DropletCommand -Command id who its root account is."),
            "HostDiskFull" => (FailureKind.LimitExceeded, $"Free room there, for example with Invoke-DropletCommand -Fleet {droplet.Fleet} -Command 'apt-get clean; journalctl --vacuum-size=50M', or choose a larger size."),
            "HostToolMissing" => (FailureKind.NotFound, $"Install it with Invoke-DropletCommand -Fleet {droplet.Fleet} -Command 'apt-get install -y PACKAGE', or name the package in New-DropletFleet -Package."),
            "ApplicationUnitTaken" or "ApplicationUserTaken" => (FailureKind.Conflict, $"Give the application another name than '{application}' in the environment file."),
            "ApplicationNotDeployed" => (FailureKind.NotFound, "Deploy it first, with Invoke-Deployment or Invoke-RollingUpdate."),
            "ReleaseNotOnHost" => (FailureKind.NotFound, "Deploy the commit again with Invoke-Deployment."),
            "ReleaseDamaged" => (FailureKind.SecurityError, "Try again; if it happens again, the network or somebody in it changes what is sent."),
            "ReleaseNotReceived" => (FailureKind.OperationFailed, "See that the host has room and its disk is not read-only, then try again."),
            "HostNotPrepared" => (FailureKind.OperationFailed, "Publish the release again."),
            _ => (FailureKind.OperationFailed, "Look at the host with Invoke-DropletCommand."),
        };
        return new DevOpsException(id, kind, $"{droplet.Name}: {message}", action, droplet);
    }
}
