using System.Management.Automation;
using System.Management.Automation.Language;

namespace DevOps.Module.Tests;

/// <summary>
/// What the demo's scripts note and tell of the packages that they install: their own functions, in the engine, with the
/// two Debian programs that they ask replaced by functions that say what the test wants.
/// </summary>
public sealed class PackageNoteTests : IDisposable
{
    private const string Debian = """
        $global:manual = 'base'
        function apt-mark { $global:manual }
        function dpkg-query { if ($args[-1] -in $global:manual) { 'installed' } }
        function Write-Line([string] $Text = '') { $Text }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("devops-notes-").FullName;

    private string Demo => Path.Combine(_folder, "demo");

    private string Record => Demo + ".packages";

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_was_installed_is_noted()
    {
        Run("Install-Noted $demo { $global:manual = 'base', 'podman', 'runc' }");

        Assert.Equal(["podman", "runc"], File.ReadLines(Record));
    }

    [Fact]
    public void What_was_installed_before_an_error_is_noted()
    {
        Run("try { Install-Noted $demo { $global:manual = 'base', 'podman'; throw 'the network is gone' } } catch { }");

        Assert.Equal(["podman"], File.ReadLines(Record));
    }

    [Fact]
    public async Task What_was_installed_before_a_Ctrl_C_is_noted()
    {
        using var begun = new ManualResetEventSlim();
        using var never = new ManualResetEventSlim();
        using var runspace = ImportedModule.OpenRunspace();
        using var shell = Shell(runspace, "Install-Noted $demo { $global:manual = 'base', 'podman'; $begun.Set(); while (-not $never.Wait(50)) { } }", ("begun", begun), ("never", never));
        var running = shell.BeginInvoke();
        Assert.True(begun.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));

        await shell.StopAsync(callback: null, state: null);

        Assert.True(running.IsCompleted);
        Assert.Equal(["podman"], File.ReadLines(Record));
    }

    [Fact]
    public void Nothing_is_noted_when_nothing_was_installed()
    {
        Run("Install-Noted $demo { 'the result' }");

        Assert.False(File.Exists(Record));
    }

    [Fact]
    public void A_removal_names_what_is_still_there_and_so_does_the_next()
    {
        File.WriteAllLines(Record, ["podman", "runc", "podman"]);
        const string Script = "$global:manual = 'podman'; Write-Kept $demo";

        foreach (var told in (IReadOnlyList<string>[])[Run(Script), Run(Script)]) Assert.Contains("    apt-get remove --auto-remove podman", told);
    }

    [Fact]
    public void A_note_of_packages_that_are_all_gone_goes_too()
    {
        File.WriteAllLines(Record, ["podman"]);

        Assert.DoesNotContain(Run("Write-Kept $demo"), line => line.Contains("podman", StringComparison.Ordinal));
        Assert.False(File.Exists(Record));
    }

    private List<string> Run(string script)
    {
        using var runspace = ImportedModule.OpenRunspace();
        using var shell = Shell(runspace, script);
        var output = shell.Invoke<string>().ToList();
        Assert.Empty(shell.Streams.Error);
        return output;
    }

    private PowerShell Shell(System.Management.Automation.Runspaces.Runspace runspace, string script, params (string Name, object Value)[] variables)
    {
        foreach (var (name, value) in variables.Append(("demo", Demo))) runspace.SessionStateProxy.SetVariable(name, value);
        var functions = Checkout.Files("scripts", "*.ps1")
            .SelectMany(file => Parser.ParseFile(file, out _, out _).FindAll(node => node is FunctionDefinitionAst, searchNestedScriptBlocks: false))
            .Cast<FunctionDefinitionAst>()
            .Where(function => function.Name is "Install-Noted" or "Get-PackageRecord" or "Get-MissingPackage" or "Write-Kept")
            .Select(function => function.Extent.Text)
            .ToList();
        Assert.Equal(4, functions.Count);
        var shell = PowerShell.Create(runspace);
        shell.AddScript(string.Join('\n', ["$ErrorActionPreference = 'Stop'; Set-StrictMode -Version Latest", Debian, .. functions, script]));
        return shell;
    }
}
