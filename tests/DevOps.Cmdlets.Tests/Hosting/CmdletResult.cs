using System.Management.Automation;

namespace DevOps.Cmdlets.Tests.Hosting;

/// <summary>All that came out of a script.</summary>
/// <param name="Output">What it emitted.</param>
/// <param name="Errors">Its errors that did not end it.</param>
/// <param name="TerminatingError">The error that ended it, or nothing.</param>
/// <param name="Warnings">Its warnings.</param>
/// <param name="Verbose">Its verbose lines.</param>
/// <param name="Information">Its information records, as text.</param>
/// <param name="Progress">Its progress records.</param>
public sealed record CmdletResult(
    IReadOnlyList<PSObject> Output,
    IReadOnlyList<ErrorRecord> Errors,
    ErrorRecord? TerminatingError,
    IReadOnlyList<string> Warnings,
    IReadOnlyList<string> Verbose,
    IReadOnlyList<string> Information,
    IReadOnlyList<ProgressRecord> Progress)
{
    /// <summary>The ids of all errors, the terminating one last, each without the cmdlet's name behind the comma.</summary>
    public IReadOnlyList<string> ErrorIds =>
    [
        .. Errors.Concat(TerminatingError is null ? [] : [TerminatingError]).Select(error => error.FullyQualifiedErrorId.Split(',')[0]),
    ];

    /// <summary>The emitted objects of a type; fails when something else was emitted.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <returns>The objects.</returns>
    public IReadOnlyList<T> Objects<T>() => [.. Output.Select(item => Assert.IsType<T>(item.BaseObject, exactMatch: false))];

    /// <summary>The one emitted object; fails when there is another number of them, or an error.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <returns>The object.</returns>
    public T One<T>()
    {
        Assert.Empty(ErrorIds);
        return Assert.Single(Objects<T>());
    }
}
