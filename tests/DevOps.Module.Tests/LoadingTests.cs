using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.Loader;

namespace DevOps.Module.Tests;

[Trait("Category", "Slow")]
public sealed class LoadingTests(ImportedModule module)
{
    [Fact]
    public void The_cmdlets_come_from_the_staged_folder() =>
        Assert.Equal(Path.Combine(Checkout.StagedBin, "DevOps.Cmdlets.dll"), module.Assembly.Location);

    [Fact]
    public void The_import_loads_neither_Core_nor_a_package()
    {
        var staged = Directory.EnumerateFiles(Path.Combine(Checkout.StagedBin, "core"), "*.dll").Select(file => Path.GetFileNameWithoutExtension(file));

        Assert.Contains("DevOps.Core", staged);
        Assert.Empty(module.LoadedByImport.Select(assembly => assembly.GetName().Name!).Intersect(staged, StringComparer.Ordinal));
    }

    [Fact]
    public void The_cmdlets_refer_to_no_package_which_only_Core_can_load()
    {
        var staged = Directory.EnumerateFiles(Path.Combine(Checkout.StagedBin, "core"), "*.dll").Select(file => Path.GetFileNameWithoutExtension(file));

        Assert.Equal(["DevOps.Core"], module.Assembly.GetReferencedAssemblies().Select(reference => reference.Name!).Intersect(staged, StringComparer.Ordinal));
    }

    [Fact]
    public void Core_and_its_packages_are_loaded_apart_even_where_another_version_is_loaded_already()
    {
        // As if another module of the session had brought its own Renci.SshNet along.
        var stranger = LoadStranger("Renci.SshNet", new Version(1, 0, 0, 0));

        module.Invoke<object>("Get-DigitalOcean");

        var context = Assert.Single(AssemblyLoadContext.All, context => context.Name == "DevOps.Core");
        var core = Assert.Single(context.Assemblies, assembly => assembly.GetName().Name == "DevOps.Core");
        Assert.Equal(Path.Combine(Checkout.StagedBin, "core", "DevOps.Core.dll"), core.Location);
        var own = context.LoadFromAssemblyName(stranger.GetName());
        Assert.Equal(Path.Combine(Checkout.StagedBin, "core", "Renci.SshNet.dll"), own.Location);
        Assert.Contains(stranger, AssemblyLoadContext.Default.Assemblies);
    }

    [Fact]
    public void Both_sides_share_the_types_of_the_model()
    {
        module.Invoke<object>("Get-DigitalOcean");

        var model = Assert.Single(AppDomain.CurrentDomain.GetAssemblies(), assembly => assembly.GetName().Name == "DevOps.Model");
        Assert.Same(AssemblyLoadContext.Default, AssemblyLoadContext.GetLoadContext(model));
    }

    [Theory]
    [InlineData("Import-Module '{0}' -Force")]
    [InlineData("Remove-Module DevOps; Import-Module '{0}'")]
    [InlineData("Import-Module '{0}'; Import-Module '{0}'")]
    public void Importing_again_keeps_the_cmdlets(string script)
    {
        using var runspace = ImportedModule.OpenRunspace();
        ImportedModule.Invoke<object>(runspace, $"Import-Module '{Checkout.Manifest}'; Get-DigitalOcean");

        ImportedModule.Invoke<object>(runspace, string.Format(System.Globalization.CultureInfo.InvariantCulture, script, Checkout.Manifest));

        Assert.Equal(module.Cmdlets.Count, ImportedModule.Invoke<object>(runspace, "Get-Command -Module DevOps").Count);
        Assert.Empty(ImportedModule.Invoke<object>(runspace, "Get-DigitalOcean"));
    }

    [Fact]
    public async Task The_complete_module_works_from_its_own_folder()
    {
        var script = $"Import-Module '{Checkout.Module}/DevOps.psd1'; Get-DigitalOcean; (Get-Command Get-DigitalOcean).ImplementingType.Assembly.Location; (Get-Help Get-DigitalOcean).Synopsis";

        var (output, errors, exitCode) = await ChildShell.RunAsync(script, TestContext.Current.CancellationToken);

        Assert.Equal((string.Empty, 0), (errors, exitCode));
        Assert.Equal(
            [Path.Combine(Checkout.Module, "module", "bin", "DevOps.Cmdlets.dll"), "Lists the saved connections to DigitalOcean."],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    [Fact]
    public async Task Another_copy_of_the_module_is_refused_in_the_same_session()
    {
        var script = $"Import-Module '{Checkout.Manifest}'; try {{ Import-Module '{Checkout.Module}/DevOps.psd1' }} catch {{ $_.FullyQualifiedErrorId.Split(',')[0]; $_.Exception.Message }}; (Get-Command Get-DigitalOcean).ImplementingType.Assembly.Location";

        var (output, errors, exitCode) = await ChildShell.RunAsync(script, TestContext.Current.CancellationToken);

        var first = Path.Combine(Checkout.StagedBin, "DevOps.Cmdlets.dll");
        var second = Path.Combine(Checkout.Module, "module", "bin", "DevOps.Cmdlets.dll");
        Assert.Equal((string.Empty, 0), (errors, exitCode));
        Assert.Equal(
            [
                "ModuleLoadedFromElsewhere",
                $"This session has loaded DevOps from '{first}' and cannot load it from '{second}' as well. Start a new session to use the other one.",
                first,
            ],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    [Fact]
    public async Task A_session_that_goes_on_with_an_earlier_build_says_so()
    {
        using var copy = new ModuleCopy();
        // Any other assembly under the name does: what counts is that it is another outcome of the compiler.
        var script = $"Import-Module '{copy.Manifest}'; [IO.File]::Copy('{Path.Combine(Checkout.StagedBin, "DevOps.Model.dll")}', '{copy.Cmdlets}.new'); [IO.File]::Move('{copy.Cmdlets}.new', '{copy.Cmdlets}', $true); Import-Module '{copy.Manifest}' -Force; (Get-Command -Module DevOps).Count";

        var (output, errors, exitCode) = await ChildShell.RunAsync(script, TestContext.Current.CancellationToken);

        Assert.Contains("DevOps was built anew after this session had loaded it", output + errors, StringComparison.Ordinal);
        Assert.EndsWith($"{module.Cmdlets.Count}", output.Trim(), StringComparison.Ordinal);
        Assert.Equal(0, exitCode);
    }

    [Fact]
    public async Task A_checkout_that_is_not_built_says_how_to_build_it()
    {
        using var copy = new ModuleCopy();
        File.Delete(copy.Cmdlets);

        var (output, errors, exitCode) = await ChildShell.RunAsync($"try {{ Import-Module '{copy.Manifest}' }} catch {{ $_.FullyQualifiedErrorId; $_.Exception.Message }}", TestContext.Current.CancellationToken);

        Assert.Equal((string.Empty, 0), (errors, exitCode));
        Assert.StartsWith("ModuleNotBuilt", output, StringComparison.Ordinal);
        Assert.Contains("build.ps1", output, StringComparison.Ordinal);
    }

    private static Assembly LoadStranger(string name, Version version)
    {
        var builder = new PersistedAssemblyBuilder(new AssemblyName(name) { Version = version }, typeof(object).Assembly);
        builder.DefineDynamicModule(name);
        using var image = new MemoryStream();
        builder.Save(image);
        image.Position = 0;
        return AssemblyLoadContext.Default.LoadFromStream(image);
    }
}
