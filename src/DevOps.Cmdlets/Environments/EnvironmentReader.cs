using System.Management.Automation.Language;
using System.Text;
using DevOps.Core;
using DevOps.Core.Environments;
using DevOps.Model;

namespace DevOps.Cmdlets.Environments;

/// <summary>Reads environment files: PowerShell's syntax, taken as data and never run.</summary>
internal static class EnvironmentReader
{
    private const int LargestFile = 1024 * 1024;
    private const string DuplicateKey = "DuplicateKeyInHashLiteral";

    /// <summary>Reads and checks an environment file for a cmdlet that needs it.</summary>
    /// <param name="file">The file's full path.</param>
    /// <returns>What it says.</returns>
    /// <exception cref="DevOpsException"><c>EnvironmentFileNotFound</c>, <c>EnvironmentFileInvalid</c>.</exception>
    public static EnvironmentDefinition Load(string file)
    {
        var result = Check(file);
        if (result.Definition is { } definition) return definition;
        var errors = result.Findings.Where(finding => finding.Severity == FindingSeverity.Error).ToList();
        var first = errors[0];
        var more = errors.Count == 1 ? string.Empty : $" There are {errors.Count - 1} more errors.";
        var key = first.Key.Length == 0 ? string.Empty : $", {first.Key}";
        throw new DevOpsException(
            "EnvironmentFileInvalid",
            FailureKind.InvalidInput,
            $"{first.File}, line {first.Line}{key}: {first.Message}{more}",
            $"Mend the file; Test-DeploymentEnvironment '{file}' lists everything that is wrong with it.",
            file);
    }

    /// <summary>Reads and checks an environment file.</summary>
    /// <param name="file">The file's full path.</param>
    /// <returns>What it says and what is wrong with it.</returns>
    /// <exception cref="DevOpsException"><c>EnvironmentFileNotFound</c>: there is no such file, or it cannot be read.</exception>
    public static EnvironmentValidation Check(string file)
    {
        var findings = new List<DeploymentEnvironmentFinding>();
        void Report(SourcePosition at, string key, string message) =>
            findings.Add(new DeploymentEnvironmentFinding(FindingSeverity.Error, file, at.Line, at.Column, key, message));

        if (ReadText(file, Report) is not { } text || Parse(text, file, Report) is not { } parsed) return new EnvironmentValidation(null, findings);
        if (new LiteralConverter(Report).Convert(parsed) is not { } tree) return new EnvironmentValidation(null, findings);
        var result = EnvironmentFile.Validate(tree, file);
        if (findings.Count == 0) return result;
        return new EnvironmentValidation(null, [.. findings.Concat(result.Findings).OrderBy(finding => finding.Line).ThenBy(finding => finding.Column)]);
    }

    private static string? ReadText(string file, Action<SourcePosition, string, string> report)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read);
            var content = new byte[LargestFile + 1];
            var length = stream.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
            if (length > LargestFile)
            {
                report(new SourcePosition(1, 1), string.Empty, "The file is larger than 1 MiB, so it can hardly be an environment file.");
                return null;
            }

            using var reader = new StreamReader(new MemoryStream(content, 0, length), new UTF8Encoding(false, throwOnInvalidBytes: true));
            return reader.ReadToEnd();
        }
        catch (DecoderFallbackException)
        {
            report(new SourcePosition(1, 1), string.Empty, "The file is not UTF-8 text.");
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            var isMissing = exception is FileNotFoundException or DirectoryNotFoundException || Directory.Exists(file);
            throw new DevOpsException(
                isMissing ? "EnvironmentFileNotFound" : "EnvironmentFileNotReadable",
                isMissing ? FailureKind.NotFound : FailureKind.PermissionDenied,
                isMissing ? $"There is no environment file '{file}'." : $"The environment file cannot be read: {exception.Message}",
                "samples/production.psd1 of the module shows what one looks like; docs/environment-file.md describes every key.",
                file,
                exception);
        }
    }

    private static ScriptBlockAst? Parse(string text, string file, Action<SourcePosition, string, string> report)
    {
        // 'using module' would make the parser itself look modules up, so nothing is parsed that does not begin with a table.
        var start = LeadingText.End(text);
        if (start < text.Length && !text.AsSpan(start).StartsWith("@{"))
        {
            var line = text.AsSpan(0, start).Count('\n') + 1;
            report(new SourcePosition(line, start - text.LastIndexOf('\n', Math.Max(start - 1, 0))), string.Empty, "Expected one table @{ … } and nothing else.");
            return null;
        }

        var parsed = Parser.ParseInput(text, file, out _, out var errors);
        // A key that stands twice leaves the tree whole, and the check names both places.
        var isBroken = false;
        foreach (var error in errors.Where(error => !string.Equals(error.ErrorId, DuplicateKey, StringComparison.Ordinal)))
        {
            isBroken = true;
            report(new SourcePosition(error.Extent.StartLineNumber, error.Extent.StartColumnNumber), string.Empty, error.Message);
        }

        return isBroken ? null : parsed;
    }
}
