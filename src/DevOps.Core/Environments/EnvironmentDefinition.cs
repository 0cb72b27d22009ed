namespace DevOps.Core.Environments;

/// <summary>What one environment file says, checked: which applications run where, and what they need.</summary>
/// <param name="Name">The environment's name, such as <c>production</c>.</param>
/// <param name="File">The file's full path.</param>
/// <param name="Connection">The saved connection whose account holds the fleets, or nothing for the usual rules.</param>
/// <param name="Services">What applications use and no push deploys, such as the database server.</param>
/// <param name="Applications">The applications, in the order in which they are deployed.</param>
public sealed record EnvironmentDefinition(
    string Name,
    string File,
    string? Connection,
    IReadOnlyList<ServiceDefinition> Services,
    IReadOnlyList<ApplicationDefinition> Applications);

/// <summary>Something on a fleet that applications use, such as a database server.</summary>
/// <param name="Name">The name by which applications' settings refer to it.</param>
/// <param name="Fleet">The fleet that carries it; its first droplet's private address is the service's address.</param>
/// <param name="Port">The port at which it listens.</param>
public sealed record ServiceDefinition(string Name, string Fleet, int Port);

/// <summary>One application of an environment. A release carries a frozen copy of it.</summary>
public sealed record ApplicationDefinition
{
    /// <summary>The longest <see cref="StopTimeout"/> that an environment file may give: whoever switches a host waits that long and no longer.</summary>
    public static readonly TimeSpan LongestStopTimeout = TimeSpan.FromMinutes(15);

    /// <summary>The application's name: unit, user and folder on each host are called so.</summary>
    public required string Name { get; init; }

    /// <summary>The fleet whose droplets carry its instances.</summary>
    public required string Fleet { get; init; }

    /// <summary>The folder of the repository that holds its source, with forward slashes; <c>.</c> is the whole repository.</summary>
    public required string Source { get; init; }

    /// <summary>The command that builds it, run by <c>/bin/sh -e</c> in <see cref="Source"/>; nothing when there is nothing to build.</summary>
    public string? Build { get; init; }

    /// <summary>How long the build may take.</summary>
    public TimeSpan BuildTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The folder below <see cref="Source"/> that the release consists of once it is built.</summary>
    public string Artifact { get; init; } = ".";

    /// <summary>The command that runs it on a host: the unit's ExecStart.</summary>
    public required string Command { get; init; }

    /// <summary>The port at which an instance listens.</summary>
    public required int Port { get; init; }

    /// <summary>Variables of its process. Values may hold placeholders, see <see cref="Templates"/>.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Variables of its process whose values are secrets, by name. They are read on the control host and written to <c>/etc/devops/APP.env</c> only.</summary>
    public IReadOnlyDictionary<string, SecretReference> Secrets { get; init; } = new Dictionary<string, SecretReference>(StringComparer.Ordinal);

    /// <summary>
    /// Files of the artifact, relative to it, in which placeholders are filled in on publishing:
    /// <c>{{ service.NAME.address }}</c>, <c>{{ service.NAME.addresses }}</c>, <c>{{ service.NAME.port }}</c>,
    /// <c>{{ instance.name }}</c>, <c>{{ instance.address }}</c> and <c>{{ application.port }}</c>.
    /// </summary>
    public IReadOnlyList<string> Templates { get; init; } = [];

    /// <summary>How its instances prove that they serve.</summary>
    public HealthCheckDefinition Health { get; init; } = new();

    /// <summary>How many instances, the last ones by name, are canaries.</summary>
    public int Canaries { get; init; }

    /// <summary>The balancer in front of its instances, which leaves an instance out while it is switched; nothing when there is none.</summary>
    public string? Balancer { get; init; }

    /// <summary>How many releases a host keeps that served well, beside the one in use, and the control host beside those that some host holds.</summary>
    public int KeepReleases { get; init; } = 5;

    /// <summary>How long an instance may take to stop before it is killed.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>Where a secret's value is found on the control host.</summary>
/// <param name="File">A file that holds it, relative to the environment file; the first line counts.</param>
/// <param name="Variable">A variable of the deploying process that holds it.</param>
public sealed record SecretReference(string? File, string? Variable);

/// <summary>How an instance proves that it serves.</summary>
public sealed record HealthCheckDefinition
{
    /// <summary>The path that is asked for.</summary>
    public string Path { get; init; } = "/";

    /// <summary>The status that is expected.</summary>
    public int Status { get; init; } = 200;

    /// <summary>Text that the answer must hold, or nothing.</summary>
    public string? Contains { get; init; }

    /// <summary>How many good answers in a row are enough.</summary>
    public int Successes { get; init; } = 2;

    /// <summary>The time between two checks.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long an instance may take until it is healthy.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(90);
}
