using System.Management.Automation;
using System.Management.Automation.Language;
using System.Reflection;

namespace DevOps.Module.Tests;

public sealed class ManifestTests(ImportedModule module)
{
    private static readonly string[] ApprovedVerbs =
    [
        .. new[] { typeof(VerbsCommon), typeof(VerbsCommunications), typeof(VerbsData), typeof(VerbsDiagnostic), typeof(VerbsLifecycle), typeof(VerbsSecurity), typeof(VerbsOther) }
            .SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Static))
            .Select(field => field.Name),
    ];

    [Fact]
    public void Each_cmdlet_class_is_listed_and_each_listed_cmdlet_is_a_class()
    {
        var classes = module.Assembly.GetTypes()
            .Select(type => type.GetCustomAttribute<CmdletAttribute>())
            .OfType<CmdletAttribute>()
            .Select(cmdlet => $"{cmdlet.VerbName}-{cmdlet.NounName}");

        Assert.Equal(classes.Order(StringComparer.Ordinal), Listed("CmdletsToExport").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_import_exports_the_listed_cmdlets_and_nothing_else()
    {
        Assert.Equal(Listed("CmdletsToExport").Order(StringComparer.Ordinal), module.Info.ExportedCmdlets.Keys.Order(StringComparer.Ordinal));
        Assert.Empty(module.Info.ExportedFunctions);
        Assert.Empty(module.Info.ExportedAliases);
        Assert.Empty(module.Info.ExportedVariables);
    }

    [Fact]
    public void Nothing_is_listed_twice_or_by_a_wildcard()
    {
        var names = Listed("CmdletsToExport").Concat(Listed("FormatsToProcess")).ToList();

        Assert.Equal(names.Distinct(StringComparer.OrdinalIgnoreCase), names);
        Assert.DoesNotContain(names, name => name.Contains('*', StringComparison.Ordinal));
    }

    [Fact]
    public void Each_format_file_is_listed_and_each_listed_one_exists() =>
        Assert.Equal(
            Checkout.Files("module/Formats", "*.ps1xml").Select(file => Path.GetRelativePath(Checkout.Root, file).Replace('\\', '/')),
            Listed("FormatsToProcess").Order(StringComparer.Ordinal));

    [Fact]
    public void The_version_is_the_same_everywhere()
    {
        Assert.Equal(Checkout.Version, module.Info.Version.ToString());
        Assert.Equal(Checkout.Version, FileVersion(Path.Combine(Checkout.StagedBin, "DevOps.Cmdlets.dll")));
        Assert.Equal(Checkout.Version, FileVersion(Path.Combine(Checkout.StagedBin, "core", "DevOps.Core.dll")));
        Assert.True(File.Exists(Path.Combine(Checkout.Module, "DevOps.psd1")), $"There is no {Checkout.Module}.");

        static string FileVersion(string file) => System.Diagnostics.FileVersionInfo.GetVersionInfo(file).FileVersion![..^".0".Length];
    }

    [Fact]
    public void The_manifest_says_what_a_gallery_shows()
    {
        Assert.Equal(new Version(7, 6), module.Info.PowerShellVersion);
        Assert.Equal(["Core"], module.Info.CompatiblePSEditions);
        Assert.NotEmpty(module.Info.Description);
        Assert.NotEmpty(module.Info.Tags);
        Assert.NotNull(module.Info.LicenseUri);
        Assert.NotEmpty(module.Info.ReleaseNotes);
    }

    [Fact]
    public void Verbs_are_approved_and_nouns_are_singular()
    {
        string[] faults =
        [
            .. module.Cmdlets.Where(cmdlet => !ApprovedVerbs.Contains(cmdlet.Verb)).Select(cmdlet => $"{cmdlet.Name}: the verb is not approved"),
            .. module.Cmdlets.Where(cmdlet => cmdlet.Noun.EndsWith('s') && !cmdlet.Noun.EndsWith("ss", StringComparison.Ordinal)).Select(cmdlet => $"{cmdlet.Name}: the noun is not singular"),
        ];

        Faults.AssertNone(faults);
    }

    private static IReadOnlyList<string> Listed(string key)
    {
        var tree = Parser.ParseFile(Checkout.Manifest, out _, out var errors);
        Assert.Empty(errors);
        var table = (HashtableAst)tree.Find(node => node is HashtableAst, searchNestedScriptBlocks: false)!;
        var value = table.KeyValuePairs.Single(pair => pair.Item1.SafeGetValue() is string name && name == key).Item2;
        return [.. value.FindAll(node => node is StringConstantExpressionAst, searchNestedScriptBlocks: false).Cast<StringConstantExpressionAst>().Select(text => text.Value)];
    }
}
