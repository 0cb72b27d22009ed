using System.Text.RegularExpressions;
using DevOps.Core.Operations;

namespace DevOps.Core.Alerts;

/// <summary>What a destination may be.</summary>
internal static partial class AlertDestinationRules
{
    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromMinutes(5);

    /// <summary>Refuses a webhook's address that could not be used, or would show alerts on the way.</summary>
    /// <param name="address">The address.</param>
    /// <param name="destination">Whose it is.</param>
    /// <returns>The address, without a fragment.</returns>
    /// <exception cref="DevOpsException"><c>AlertAddressInvalid</c>.</exception>
    public static Uri CheckAddress(Uri address, string destination)
    {
        if (!address.IsAbsoluteUri) throw AddressInvalid(destination, "is not a full address");
        if (address.Scheme != Uri.UriSchemeHttps && address.Scheme != Uri.UriSchemeHttp) throw AddressInvalid(destination, "is neither https nor http");
        if (address.Scheme == Uri.UriSchemeHttp && !address.IsLoopback) throw AddressInvalid(destination, "would send alerts in the clear");
        // A name and password would end up in whatever shows the address.
        if (address.UserInfo.Length > 0) throw AddressInvalid(destination, "holds a name or password");
        return new UriBuilder(address) { Fragment = string.Empty }.Uri;
    }

    /// <summary>Finds the program of a command.</summary>
    /// <param name="program">A full path, or a bare name.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="destination">Whose it is.</param>
    /// <returns>The full path and the arguments.</returns>
    /// <exception cref="DevOpsException"><c>AlertCommandNotFound</c>, <c>AlertCommandInvalid</c>.</exception>
    public static IReadOnlyList<string> CheckCommand(string program, IReadOnlyList<string> arguments, string destination)
    {
        if (program.Contains('\0', StringComparison.Ordinal) || arguments.Any(argument => argument.Contains('\0', StringComparison.Ordinal)))
        {
            throw new DevOpsException(
                "AlertCommandInvalid",
                FailureKind.InvalidInput,
                $"The command of the alert destination '{destination}' holds a zero character, which no program can be given.",
                "Give the command again without it.",
                destination);
        }

        var path = ProgramPath.Find(program) ?? throw new DevOpsException(
            "AlertCommandNotFound",
            FailureKind.NotFound,
            $"There is no program '{OneLine.Of(program, 200)}' for the alert destination '{destination}', or it cannot be run.",
            $"Give the full path of a program that may be executed (chmod +x), or the name of one in {ProgramPath.Clean}.",
            destination);
        return [path, .. arguments];
    }

    /// <summary>Refuses a pattern that no source can be like.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="destination">Whose it is.</param>
    /// <returns>The pattern.</returns>
    /// <exception cref="DevOpsException"><c>AlertSourceInvalid</c>.</exception>
    public static string CheckSource(string pattern, string destination) => SourcePattern().IsMatch(pattern)
        ? pattern
        : throw new DevOpsException(
            "AlertSourceInvalid",
            FailureKind.InvalidInput,
            $"'{OneLine.Of(pattern, 80)}' cannot be the source pattern of the alert destination '{destination}'.",
            "Use up to 200 letters, digits, dots, hyphens, underscores and slashes, with * for any text and ? for any character, such as 'balancer/*'.",
            destination);

    /// <summary>Refuses a limit that is none, or that keeps other alerts waiting for too long.</summary>
    /// <param name="timeout">The limit.</param>
    /// <param name="destination">Whose it is.</param>
    /// <returns>The limit.</returns>
    /// <exception cref="DevOpsException"><c>AlertTimeoutInvalid</c>.</exception>
    public static TimeSpan CheckTimeout(TimeSpan timeout, string destination) => timeout >= ShortestTimeout && timeout <= LongestTimeout
        ? timeout
        : throw new DevOpsException(
            "AlertTimeoutInvalid",
            FailureKind.InvalidInput,
            $"{timeout.TotalSeconds:0.###} s cannot be the time limit of the alert destination '{destination}'.",
            $"Give from {ShortestTimeout.TotalMilliseconds:0}ms to {LongestTimeout.TotalMinutes:0}m.",
            destination);

    private static DevOpsException AddressInvalid(string destination, string why) => new(
        "AlertAddressInvalid",
        FailureKind.InvalidInput,
        // The address itself may be as good as a password.
        $"The address of the alert destination '{destination}' cannot be used: it {why}.",
        "Give an https address such as https://hooks.example.com/ops; plain http is for this machine only.",
        destination);

    [GeneratedRegex(@"^[A-Za-z0-9._/*?-]{1,200}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SourcePattern();
}
