using DevOps.Model;

namespace DevOps.Core.Environments;

/// <summary>Collects what a check finds.</summary>
/// <param name="file">The checked file's full path.</param>
internal sealed class FindingList(string file)
{
    private readonly List<DeploymentEnvironmentFinding> _findings = [];

    /// <summary>Whether something in the file itself is wrong.</summary>
    public bool HasContentError { get; private set; }

    /// <summary>Adds something in the file that is wrong.</summary>
    /// <param name="at">Where.</param>
    /// <param name="key">About which key.</param>
    /// <param name="message">What is wrong and what is expected.</param>
    public void Error(SourcePosition at, string key, string message)
    {
        HasContentError = true;
        Add(FindingSeverity.Error, at, key, message);
    }

    /// <summary>Says that something in the file is wrong which whoever read it has reported.</summary>
    public void MarkUnreadable() => HasContentError = true;

    /// <summary>Adds something that this machine lacks, though the file may be right.</summary>
    /// <param name="at">Where.</param>
    /// <param name="key">About which key.</param>
    /// <param name="message">What is missing.</param>
    public void MachineError(SourcePosition at, string key, string message) => Add(FindingSeverity.Error, at, key, message);

    /// <summary>Adds something that can hardly be meant.</summary>
    /// <param name="at">Where.</param>
    /// <param name="key">About which key.</param>
    /// <param name="message">What is odd about it.</param>
    public void Warning(SourcePosition at, string key, string message) => Add(FindingSeverity.Warning, at, key, message);

    /// <summary>The findings from the first line to the last.</summary>
    /// <returns>The findings.</returns>
    public IReadOnlyList<DeploymentEnvironmentFinding> InFileOrder() =>
        [.. _findings.OrderBy(finding => finding.Line).ThenBy(finding => finding.Column)];

    private void Add(FindingSeverity severity, SourcePosition at, string key, string message) =>
        _findings.Add(new DeploymentEnvironmentFinding(severity, file, at.Line, at.Column, key, message));
}
