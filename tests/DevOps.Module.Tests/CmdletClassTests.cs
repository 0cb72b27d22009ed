using System.Management.Automation;
using System.Reflection;

namespace DevOps.Module.Tests;

[Trait("Category", "Slow")]
public sealed class CmdletClassTests(ImportedModule module)
{
    /// <summary>What these verbs do changes something, so -WhatIf and -Confirm must be there.</summary>
    private static readonly string[] ChangingVerbs =
        ["Disconnect", "Install", "Invoke", "New", "Publish", "Remove", "Restart", "Set", "Start", "Stop", "Undo", "Uninstall"];

    [Fact]
    public void Each_class_is_sealed_public_and_named_after_its_cmdlet() => AssertNone(
        cmdlet => cmdlet.ImplementingType is { IsSealed: true, IsPublic: true } type && type.Name == $"{cmdlet.Verb}{cmdlet.Noun}Command" ? null : "must be a public sealed class named VerbNounCommand");

    [Fact]
    public void Each_class_has_a_file_of_its_own_in_the_folder_of_its_family() => AssertNone(cmdlet =>
    {
        var type = cmdlet.ImplementingType;
        var file = Checkout.PathOf("src", "DevOps.Cmdlets", type.Namespace![(type.Namespace!.LastIndexOf('.') + 1)..], type.Name + ".cs");
        return File.Exists(file) ? null : $"is expected in {file}";
    });

    [Fact]
    public void What_changes_something_supports_WhatIf_and_Confirm() => AssertNone(
        // Like Invoke-Command, Invoke-DropletCommand cannot know whether what it is told changes anything.
        cmdlet => ChangingVerbs.Contains(cmdlet.Verb) && cmdlet.Name != "Invoke-DropletCommand" && !Attribute(cmdlet).SupportsShouldProcess ? "changes something and lacks SupportsShouldProcess" : null);

    [Fact]
    public void What_only_reads_offers_no_WhatIf() => AssertNone(
        cmdlet => cmdlet.Verb is "Get" or "Test" or "Show" && Attribute(cmdlet).SupportsShouldProcess ? "changes nothing and supports ShouldProcess" : null);

    [Fact]
    public void What_removes_asks_first() => AssertNone(
        cmdlet => cmdlet.Verb == "Remove" && Attribute(cmdlet).ConfirmImpact != ConfirmImpact.High ? "must have ConfirmImpact High" : null);

    [Fact]
    public void Each_says_what_it_emits() => AssertNone(
        cmdlet => cmdlet.ImplementingType.GetCustomAttributes<OutputTypeAttribute>().Any() ? null : "has no OutputType");

    [Fact]
    public void At_most_one_parameter_of_a_set_takes_objects_from_the_pipeline() => AssertNone(cmdlet => cmdlet.ParameterSets
        .Where(set => set.Parameters.Count(parameter => parameter.ValueFromPipeline) > 1)
        .Select(set => $"takes pipeline objects in several parameters of the set {set.Name}")
        .FirstOrDefault());

    [Fact]
    public void Durations_are_read_as_people_write_them() => AssertNone(cmdlet => cmdlet.Parameters.Values
        .Where(parameter => (Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType) == typeof(TimeSpan))
        .Where(parameter => !parameter.Attributes.Any(attribute => attribute.GetType().Name == "DurationAttribute"))
        .Select(parameter => $"-{parameter.Name} lacks [Duration]")
        .FirstOrDefault());

    [Fact]
    public void A_parameter_that_says_wildcards_are_allowed_says_so_to_PowerShell_and_the_other_way_round() => AssertNone(cmdlet => cmdlet.Parameters.Values
        .Where(parameter => !Cmdlet.CommonParameters.Contains(parameter.Name))
        .Where(parameter => parameter.Attributes.OfType<SupportsWildcardsAttribute>().Any() != Description(cmdlet, parameter.Name).Contains("Wildcards are allowed", StringComparison.Ordinal))
        .Select(parameter => $"-{parameter.Name}: [SupportsWildcards] and 'Wildcards are allowed' do not go together")
        .FirstOrDefault());

    [Fact]
    public void No_type_of_the_other_load_context_is_in_sight_on_import() => AssertNone(cmdlet => cmdlet.Parameters.Values
        .Select(parameter => parameter.ParameterType)
        .Concat(Ancestors(cmdlet.ImplementingType))
        .Where(type => type.Assembly.GetName().Name == "DevOps.Core")
        .Select(type => $"uses {type}, which would be loaded on import")
        .FirstOrDefault());

    private static IEnumerable<Type> Ancestors(Type type)
    {
        for (var ancestor = type.BaseType; ancestor is not null; ancestor = ancestor.BaseType) yield return ancestor;
    }

    private static CmdletAttribute Attribute(CmdletInfo cmdlet) => cmdlet.ImplementingType.GetCustomAttribute<CmdletAttribute>()!;

    private string Description(CmdletInfo cmdlet, string parameter) => module.Invoke<string>(
        $"(Get-Help {cmdlet.Name} -Full).parameters.parameter | Where-Object name -EQ '{parameter}' | ForEach-Object {{ $_.description.Text -join ' ' }}") is [var text, ..] ? text : string.Empty;

    private void AssertNone(Func<CmdletInfo, string?> findFault)
    {
        Assert.NotEmpty(module.Cmdlets);
        Faults.AssertNone(module.Cmdlets.Select(cmdlet => findFault(cmdlet) is { } fault ? $"{cmdlet.Name} {fault}" : null).OfType<string>());
    }
}
