namespace DevOps.Model;

/// <summary>How bad a finding is.</summary>
public enum FindingSeverity
{
    /// <summary>Nothing can be deployed with it.</summary>
    Error,

    /// <summary>It can be deployed, but hardly does what was meant.</summary>
    Warning,
}

/// <summary>One thing that is wrong with an environment file.</summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="File">The file's full path.</param>
/// <param name="Line">The line, counted from 1.</param>
/// <param name="Column">The column, counted from 1.</param>
/// <param name="Key">The key it is about, written with dots, such as <c>Applications.itrust.Port</c>.</param>
/// <param name="Message">What is wrong and what is expected.</param>
public sealed record DeploymentEnvironmentFinding(
    FindingSeverity Severity,
    string File,
    int Line,
    int Column,
    string Key,
    string Message);
