using System.Management.Automation.Language;
using System.Xml.Linq;

namespace DevOps.Module.Tests;

/// <summary>Scripts run alike in PowerShell and in the bundled shell, which has the engine's own cmdlets only.</summary>
public sealed class ScriptTests(ImportedModule module)
{
    /// <summary>Programs that scripts start. They must be there, or the script says how to get them.</summary>
    private static readonly string[] Programs = ["apt-get", "apt-mark", "cp", "dotnet", "dpkg-query", "git", "pwsh", "sh", "shellcheck", "systemctl"];

    /// <summary>Runs in an installed PowerShell only.</summary>
    private static readonly string[] ForPowerShellOnly = ["build/Pester.ps1"];

    [Theory]
    [MemberData(nameof(Scripts))]
    public void A_script_parses(string file)
    {
        Parser.ParseFile(Checkout.PathOf(file), out _, out var errors);

        Faults.AssertNone(errors.Select(error => $"line {error.Extent.StartLineNumber}: {error.Message}"));
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public void A_script_uses_only_what_the_engine_alone_offers(string file)
    {
        var functions = FunctionsOf(file).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var tree = Parser.ParseFile(Checkout.PathOf(file), out _, out _);

        Faults.AssertNone(Strange(tree, functions).Select(command => $"line {command.Extent.StartLineNumber}: {command.GetCommandName()}"));
    }

    [Fact]
    public void The_views_use_only_what_the_engine_alone_offers()
    {
        var faults =
            from file in Checkout.Files("module/Formats", "*.ps1xml")
            from element in XDocument.Load(file).Descendants()
            where element.Name.LocalName is "ScriptBlock" or "ExpressionBinding"
            from command in Strange(Parser.ParseInput(element.Value, out _, out _), [])
            select $"{Path.GetFileName(file)}: {command.GetCommandName()}";

        Faults.AssertNone(faults);
    }

    public static TheoryData<string> Scripts() =>
    [
        .. new[] { "build", "scripts", "hooks", "module" }
            .SelectMany(folder => Checkout.Files(folder, "*.ps*1"))
            .Prepend(Checkout.PathOf("build.ps1"))
            .Select(file => Path.GetRelativePath(Checkout.Root, file).Replace('\\', '/'))
            .Except(ForPowerShellOnly, StringComparer.Ordinal),
    ];

    // build.ps1 and its parts see each other's functions, and so do the scripts and what they have in common.
    private static IEnumerable<string> FunctionsOf(string file)
    {
        var room = file[..file.IndexOfAny(['.', '/'])];
        return Scripts()
            .Select(row => row.Data)
            .Where(other => other.StartsWith(room, StringComparison.Ordinal))
            .SelectMany(other => Parser.ParseFile(Checkout.PathOf(other), out _, out _).FindAll(node => node is FunctionDefinitionAst, searchNestedScriptBlocks: true))
            .Cast<FunctionDefinitionAst>()
            .Select(function => function.Name);
    }

    private IEnumerable<CommandAst> Strange(Ast tree, HashSet<string> functions)
    {
        var known = module.Invoke<string>("Get-Command -Module Microsoft.PowerShell.Core -CommandType Cmdlet | ForEach-Object Name")
            .Concat(module.Cmdlets.Select(cmdlet => cmdlet.Name))
            .Concat(Programs)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        return tree.FindAll(node => node is CommandAst, searchNestedScriptBlocks: true)
            .Cast<CommandAst>()
            // A command that a variable names is a program whose path the script has found.
            .Where(command => command.GetCommandName() is { } name && !known.Contains(name) && !functions.Contains(name));
    }
}
