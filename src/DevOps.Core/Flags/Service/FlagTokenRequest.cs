using System.Text;
using System.Text.RegularExpressions;
using DevOps.Core.State;

namespace DevOps.Core.Flags.Service;

/// <summary>Who is to get a token, and where it is put.</summary>
/// <param name="Server">The flag server's exact name; nothing for the selected one.</param>
/// <param name="Application">The application.</param>
/// <param name="Path">The file that it is written to, for its owner alone; nothing when it is only handed over.</param>
/// <param name="IsReplaced">Whether it takes the place of one that the application has, and of a file that is there.</param>
public sealed partial record FlagTokenRequest(string? Server, string Application, string? Path, bool IsReplaced)
{
    /// <summary>Refuses what cannot be done, before anything is.</summary>
    /// <param name="service">The service.</param>
    /// <param name="server">The flag server.</param>
    /// <exception cref="DevOpsException"><c>FeatureFlagApplicationInvalid</c>, <c>FeatureFlagTokenExists</c>, <c>FeatureFlagTokenFileExists</c>.</exception>
    internal void Check(SavedFlagService service, string server)
    {
        if (!NamePattern().IsMatch(Application))
        {
            throw new DevOpsException("FeatureFlagApplicationInvalid", FailureKind.InvalidInput, $"'{Application}' cannot name an application.", "Use 1 to 64 letters, digits, dots, hyphens and underscores, beginning with a letter or digit.", Application);
        }

        if (IsReplaced) return;
        if (service.Tokens.Any(token => token.Application == Application))
        {
            throw new DevOpsException("FeatureFlagTokenExists", FailureKind.Conflict, $"Application '{Application}' has a token for the feature flags of '{server}' already.", "With -Force it gets a new one, and the old one opens nothing any more.", Application);
        }

        if (Path is not null && File.Exists(Path))
        {
            throw new DevOpsException("FeatureFlagTokenFileExists", FailureKind.Conflict, $"The file '{Path}' is there already.", "Choose another -Path, or overwrite it with -Force.", Path);
        }
    }

    /// <summary>Writes the token to the file, whole or not at all.</summary>
    /// <param name="text">The token.</param>
    /// <exception cref="DevOpsException"><c>FeatureFlagTokenFileNotWritten</c>.</exception>
    internal void Write(string text)
    {
        if (Path is null) return;
        try
        {
            PrivateFile.Write(Path, Encoding.ASCII.GetBytes(text + "\n"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DevOpsException("FeatureFlagTokenFileNotWritten", FailureKind.OperationFailed, $"The token cannot be written to '{Path}': {exception.Message}", "Nothing was changed. Choose a -Path in a folder that is there and may be written.", Path, exception);
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NamePattern();
}
