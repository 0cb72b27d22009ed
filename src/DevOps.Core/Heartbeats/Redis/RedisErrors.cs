using DevOps.Core.Alerts;

namespace DevOps.Core.Heartbeats.Redis;

/// <summary>Puts a Redis server's errors into words.</summary>
internal static class RedisErrors
{
    private const int LongestText = 200;

    // Of several errors, the one that the others come from.
    private static readonly string[] CauseFirst = ["DENIED", "WRONGPASS", "ERR invalid password", "LOADING", "MASTERDOWN", "NOAUTH", "MISCONF", "NOPERM"];

    /// <summary>Chooses the error that says why.</summary>
    /// <param name="errors">The errors, in the order in which they came.</param>
    /// <returns>One of them; nothing when there are none that matter.</returns>
    public static string? Worst(IReadOnlyList<string> errors)
    {
        // A password for a server that wants none. It is no failure.
        var serious = errors.Where(error => !error.StartsWith("ERR AUTH ", StringComparison.Ordinal) && !error.StartsWith("ERR Client sent AUTH", StringComparison.Ordinal)).ToArray();
        return CauseFirst.Select(code => serious.FirstOrDefault(error => error.StartsWith(code, StringComparison.Ordinal))).FirstOrDefault(error => error is not null) ?? serious.FirstOrDefault();
    }

    /// <summary>Says what an error means.</summary>
    /// <param name="error">The error as the server gave it.</param>
    /// <param name="hasPassword">Whether a password was given.</param>
    /// <returns>The cause.</returns>
    public static string Describe(string error, bool hasPassword) => error.Split(' ', 2)[0] switch
    {
        "NOAUTH" when !hasPassword => "it asks for a password, and the target has none (-PasswordFile)",
        "NOAUTH" => "it did not take the login",
        "WRONGPASS" => "it does not accept the user name and password",
        "ERR" when error.StartsWith("ERR invalid password", StringComparison.Ordinal) => "it does not accept the password",
        "ERR" when error.StartsWith("ERR max number of clients", StringComparison.Ordinal) => "it has no connection to spare",
        "NOPERM" => $"the user may not ask how it is, for which +ping and +info are needed: {OneLine.Of(error, LongestText)}",
        "LOADING" => "it is still loading its data",
        "MASTERDOWN" => "its link to its master is down, and until it is up again it answers nothing",
        "MISCONF" => "it cannot save its data on the disk, and takes no changes",
        "DENIED" => "it is in protected mode: it lets in its own machine only",
        _ => $"it answered with an error: {OneLine.Of(error, LongestText)}",
    };
}
