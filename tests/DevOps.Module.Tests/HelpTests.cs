namespace DevOps.Module.Tests;

[Trait("Category", "Slow")]
public sealed class HelpTests(ImportedModule module)
{
    [Fact]
    public void Each_cmdlet_has_a_synopsis_and_a_description() => AssertNone(name =>
    [
        // Without help of its own, Get-Help shows the syntax, which begins with the name.
        .. Texts($"(Get-Help {name}).Synopsis").Where(text => text.Length == 0 || text.Contains(name, StringComparison.Ordinal)).Select(_ => "has no synopsis"),
        .. Texts($"(Get-Help {name}).description.Text -join ' '").Where(text => text.Length == 0).Select(_ => "has no description"),
    ]);

    [Fact]
    public void Each_cmdlet_has_two_examples_with_code_and_remarks() => AssertNone(name =>
    {
        var examples = Texts($"(Get-Help {name} -Full).examples.example | Where-Object {{ $_.code.Trim() -and ($_.remarks.Text -join '').Trim() }} | ForEach-Object {{ $_.code }}");
        return examples.Count >= 2 ? [] : [$"has {examples.Count} complete examples"];
    });

    [Fact]
    public void Each_example_parses_and_uses_the_cmdlet() => AssertNone(name => Texts($"(Get-Help {name} -Full).examples.example | ForEach-Object {{ $_.code }}")
        .SelectMany(code =>
        {
            System.Management.Automation.Language.Parser.ParseInput(code, out _, out var errors);
            return errors.Select(error => $"example '{code}': {error.Message}")
                .Concat(code.Contains(name, StringComparison.OrdinalIgnoreCase) ? [] : [$"example '{code}' does not use it"]);
        }));

    [Fact]
    public void Each_parameter_is_described() => AssertNone(name =>
    {
        var described = Texts($"(Get-Help {name} -Full).parameters.parameter | Where-Object {{ ($_.description.Text -join '').Trim() }} | ForEach-Object {{ $_.name }}");
        return module.Info.ExportedCmdlets[name].Parameters.Keys
            .Where(parameter => !System.Management.Automation.Cmdlet.CommonParameters.Contains(parameter))
            .Except(described, StringComparer.Ordinal)
            .Select(parameter => $"-{parameter} is not described");
    });

    [Fact]
    public void Each_related_topic_exists() => AssertNone(name => Texts($"(Get-Help {name} -Full).relatedLinks.navigationLink | ForEach-Object {{ $_.linkText }}")
        .Where(topic => topic != "about_DevOps" && !module.Info.ExportedCmdlets.ContainsKey(topic))
        .Select(topic => $"points to {topic}, which does not exist"));

    [Fact]
    public void The_module_explains_itself() =>
        Assert.Contains("ENVIRONMENT FILE", module.Invoke<string>("Get-Help about_DevOps").Single(), StringComparison.Ordinal);

    [Fact]
    public void The_committed_pages_are_those_that_the_build_makes()
    {
        var made = Pages(Checkout.PathOf("out", "docs", "cmdlets"));
        var committed = Pages(Checkout.PathOf("docs", "cmdlets"));

        Assert.NotEmpty(made);
        var stale = made.Keys.Union(committed.Keys, StringComparer.Ordinal)
            .Where(name => made.GetValueOrDefault(name) != committed.GetValueOrDefault(name))
            .Order(StringComparer.Ordinal);
        Assert.True(!stale.Any(), $"Run ./devops build.ps1 -Task Build and commit docs/cmdlets. Stale: {string.Join(", ", stale)}");

        static Dictionary<string, string> Pages(string folder) => Directory.EnumerateFiles(folder)
            .ToDictionary(file => Path.GetFileName(file), file => File.ReadAllText(file).ReplaceLineEndings("\n"), StringComparer.Ordinal);
    }

    private IReadOnlyList<string> Texts(string script) => module.Invoke<string>(script);

    private void AssertNone(Func<string, IEnumerable<string>> findFaults)
    {
        Assert.NotEmpty(module.Cmdlets);
        Faults.AssertNone(module.Cmdlets.SelectMany(cmdlet => findFaults(cmdlet.Name).Select(fault => $"{cmdlet.Name} {fault}")));
    }
}
