namespace DevOps.Module.Tests;

public sealed class StagedFilesTests
{
    /// <summary>PowerShell, or the runtime, brings these along: a copy would be another version in the same process.</summary>
    private static readonly string[] NeverStaged =
    [
        "System.Management.Automation", "Microsoft.PowerShell.Commands.Utility", "Microsoft.PowerShell.Commands.Management",
        "Microsoft.PowerShell.ConsoleHost", "System.Text.Json", "System.IO.Pipelines", "System.Text.Encodings.Web",
    ];

    [Theory]
    [MemberData(nameof(Places))]
    public void No_assembly_is_staged_that_PowerShell_or_the_runtime_brings(string folder) =>
        Faults.AssertNone(Names(folder).Intersect(NeverStaged, StringComparer.OrdinalIgnoreCase));

    [Theory]
    [MemberData(nameof(Places))]
    public void The_model_stands_beside_the_cmdlets_and_not_beside_Core(string folder)
    {
        Assert.True(File.Exists(Path.Combine(folder, "DevOps.Model.dll")));
        Assert.False(File.Exists(Path.Combine(folder, "core", "DevOps.Model.dll")));
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void The_servers_can_be_started_from_where_they_stand(string folder)
    {
        foreach (var (part, name) in (ReadOnlySpan<(string, string)>)[("server", "DevOps.Server"), ("localcloud", "DevOps.LocalCloud")])
        {
            Assert.True(File.Exists(Path.Combine(folder, part, name + ".dll")), $"{part}/{name}.dll is missing");
            Assert.True(File.Exists(Path.Combine(folder, part, name + ".runtimeconfig.json")), $"{part}/{name}.runtimeconfig.json is missing");
        }
    }

    [Theory]
    [InlineData("scripts")]
    [InlineData("hooks")]
    [InlineData("samples")]
    [InlineData("module/Formats")]
    [InlineData("en-US")]
    public void The_complete_module_carries_what_the_checkout_has(string folder)
    {
        var missing = Checkout.Files(folder, "*")
            .Select(file => Path.GetRelativePath(Checkout.Root, file))
            .Where(file => !File.Exists(Path.Combine(Checkout.Module, file)) || !File.ReadAllBytes(Checkout.PathOf(file)).SequenceEqual(File.ReadAllBytes(Path.Combine(Checkout.Module, file))));

        Faults.AssertNone(missing);
    }

    [Fact]
    public void The_complete_module_has_the_assemblies_of_the_checkout() =>
        Assert.Equal(Digests(Checkout.StagedBin), Digests(Path.Combine(Checkout.Module, "module", "bin")));

    [Fact]
    public void Nothing_half_copied_is_left() => Assert.DoesNotContain(
        Directory.EnumerateFileSystemEntries(Checkout.PathOf("out", "DevOps"), "*", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFileSystemEntries(Checkout.StagedBin, "*", SearchOption.AllDirectories)),
        path => path.EndsWith(".new", StringComparison.Ordinal) || path.EndsWith(".old", StringComparison.Ordinal));

    public static TheoryData<string> Places() => [Checkout.StagedBin, Path.Combine(Checkout.Module, "module", "bin")];

    private static IEnumerable<string> Names(string folder) =>
        Directory.EnumerateFiles(folder, "*.dll", SearchOption.AllDirectories).Select(file => Path.GetFileNameWithoutExtension(file));

    private static string[] Digests(string folder) =>
    [
        .. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(file => $"{Path.GetRelativePath(folder, file)} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)))}")
            .Order(StringComparer.Ordinal),
    ];
}
