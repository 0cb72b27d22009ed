using System.Text.RegularExpressions;

namespace DevOps.Module.Tests;

public sealed partial class ErrorListTests
{
    private static readonly string[] Listed =
    [
        .. File.ReadLines(Checkout.PathOf("docs", "errors.md")).Select(line => RowPattern().Match(line)).Where(match => match.Success).Select(match => match.Groups["id"].Value).Where(id => id != "Id"),
    ];

    [Fact]
    public void Each_error_that_the_code_can_raise_is_listed()
    {
        var raised = Checkout.Files("src", "*.cs").Concat(Checkout.Files("src", "*.sh"))
            .SelectMany(file => RaisedPattern().Matches(File.ReadAllText(file)).Select(match => (Id: match.Groups["id"].Value, File: Path.GetRelativePath(Checkout.Root, file))))
            .ToList();

        Assert.NotEmpty(raised);
        Faults.AssertNone(raised.Where(error => !Listed.Contains(error.Id)).Select(error => $"{error.Id} ({error.File}) is not in docs/errors.md").Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public void Each_listed_error_can_be_raised()
    {
        var code = string.Join('\n', Checkout.Files("src", "*.cs").Concat(Checkout.Files("module", "*.ps1")).Concat(Checkout.Files("scripts", "*.ps1")).Concat(Checkout.Files("hooks", "*.ps1")).Select(File.ReadAllText));

        // An id that ends with the name of an enumeration's member is put together.
        var prefixes = ComposedPattern().Matches(code).Select(match => match.Groups["prefix"].Value).ToList();

        Assert.NotEmpty(Listed);
        Faults.AssertNone(
            from id in Listed
            where !code.Contains($"\"{id}\"", StringComparison.Ordinal) && !code.Contains($"'{id}'", StringComparison.Ordinal)
            where !prefixes.Exists(prefix => id.StartsWith(prefix, StringComparison.Ordinal) && Regex.IsMatch(code, $@"^\s+{id[prefix.Length..]},\r?$", RegexOptions.Multiline, TimeSpan.FromSeconds(5)))
            select $"{id} stands in docs/errors.md and nowhere in the code");
    }

    [Fact]
    public void No_error_is_listed_twice() =>
        Faults.AssertNone(Listed.GroupBy(id => id, StringComparer.Ordinal).Where(group => group.Count() > 1).Select(group => group.Key));

    [Fact]
    public void The_list_is_in_order() => Assert.Equal(Listed.Order(StringComparer.Ordinal), Listed);

    [GeneratedRegex(@"^\|\s*`?(?<id>[A-Z][A-Za-z0-9]+)`?\s*\|.+\|.+\|\s*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RowPattern();

    [GeneratedRegex(@"\$""(?<prefix>[A-Z][A-Za-z]+)\{[^}""]*\}""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex ComposedPattern();

    // The ways in which an error gets its id: ours, the local cloud's, PowerShell's own record, and a script's on a host.
    [GeneratedRegex(@"new(\s+(DevOpsException|CloudFailure))?\(\s*""(?<id>[A-Z][A-Za-z0-9]+)"",\s*(FailureKind\.|""[A-Z][A-Za-z]+"",)|new\s+ErrorRecord\(\s*[^;]*?,\s*""(?<id>[A-Za-z0-9]+)""|\bfail (?<id>[A-Z][A-Za-z]+) """, RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex RaisedPattern();
}
