using System.Globalization;
using System.Text.RegularExpressions;

namespace DevOps.Core.Fleets;

/// <summary>
/// What a fleet may be called: its name is part of a tag (no dots), of droplet names (no underscores) and of host names (63
/// characters).
/// </summary>
public static partial class FleetName
{
    /// <summary>Refuses what cannot name a fleet.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="DevOpsException"><c>FleetNameInvalid</c>.</exception>
    public static void Check(string name)
    {
        if (Pattern().IsMatch(name)) return;
        throw new DevOpsException(
            "FleetNameInvalid",
            FailureKind.InvalidInput,
            $"'{name}' cannot name a fleet: the API would refuse its tag or its droplets' names.",
            "Use 1 to 56 letters, digits and hyphens, beginning and ending with a letter or digit, for example itrust.",
            name);
    }

    /// <summary>The name of a droplet of a fleet.</summary>
    /// <param name="fleet">The fleet's name.</param>
    /// <param name="number">1 for the first.</param>
    /// <returns>Such as <c>itrust-1</c>.</returns>
    public static string Droplet(string fleet, int number) => string.Create(CultureInfo.InvariantCulture, $"{fleet}-{number}");

    [GeneratedRegex(@"^[A-Za-z0-9](?:[A-Za-z0-9-]{0,54}[A-Za-z0-9])?\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pattern();
}
