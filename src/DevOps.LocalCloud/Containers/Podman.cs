namespace DevOps.LocalCloud.Containers;

/// <summary>Podman refused something.</summary>
/// <param name="message">What it said.</param>
internal sealed class PodmanException(string message) : Exception(message);

/// <summary>Runs the <c>podman</c> program.</summary>
internal static class Podman
{
    /// <summary>The program's name.</summary>
    public const string Program = "podman";

    /// <summary>Runs a command that must succeed.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="cancellation">Ends the program.</param>
    /// <param name="limit">How long it may take; <see cref="CommandRunner.UsualLimit"/> when nothing.</param>
    /// <returns>Its standard output without white space around it.</returns>
    /// <exception cref="PodmanException">It ended with another exit code than 0.</exception>
    /// <exception cref="CloudFailure"><c>ProgramTimedOut</c>.</exception>
    public static async Task<string> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellation, TimeSpan? limit = null)
    {
        var result = await CommandRunner.RunAsync(Program, arguments, onErrorLine: null, cancellation, limit);
        return result.ExitCode == 0
            ? result.Output.Trim()
            : throw new PodmanException($"podman {arguments[0]} failed: {result.ErrorOutput.Trim()}");
    }

    /// <summary>Runs a command whose exit code is the answer.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="cancellation">Ends the program.</param>
    /// <returns>Whether it ended with 0.</returns>
    public static async Task<bool> SucceedsAsync(IReadOnlyList<string> arguments, CancellationToken cancellation) =>
        (await CommandRunner.RunAsync(Program, arguments, onErrorLine: null, cancellation)).ExitCode == 0;
}
