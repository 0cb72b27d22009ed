using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;

namespace DevOps.Module.Tests;

/// <summary>
/// The module of the checkout, imported once in this process by its manifest, as a user does it. What the import itself
/// loaded is noted before any cmdlet has run.
/// </summary>
public sealed class ImportedModule : IDisposable
{
    private readonly string _state = Directory.CreateTempSubdirectory("devops-module-").FullName;

    public ImportedModule()
    {
        Environment.SetEnvironmentVariable("DEVOPS_STATE", Path.Combine(_state, "state"));
        // The module on the path could be another one, and finding it there is not what is tested.
        Environment.SetEnvironmentVariable("PSModulePath", string.Empty);
        Runspace = OpenRunspace();
        Info = Invoke<PSModuleInfo>($"Import-Module '{Checkout.Manifest}' -PassThru -ErrorAction Stop").Single();
        LoadedByImport = [.. AppDomain.CurrentDomain.GetAssemblies().Where(assembly => !assembly.IsDynamic)];
        Cmdlets = [.. Info.ExportedCmdlets.Values.OrderBy(cmdlet => cmdlet.Name, StringComparer.Ordinal)];
        Assembly = LoadedByImport.Single(assembly => assembly.GetName().Name == "DevOps.Cmdlets");
    }

    public Runspace Runspace { get; }

    public PSModuleInfo Info { get; }

    public IReadOnlyList<Assembly> LoadedByImport { get; }

    public IReadOnlyList<CmdletInfo> Cmdlets { get; }

    /// <summary>The assembly of the cmdlets.</summary>
    public Assembly Assembly { get; }

    public static Runspace OpenRunspace()
    {
        var initial = InitialSessionState.CreateDefault2();
        initial.ThrowOnRunspaceOpenError = true;
        var runspace = RunspaceFactory.CreateRunspace(initial);
        runspace.Open();
        return runspace;
    }

    /// <summary>Runs a script; its first error, whether it ends the script or not, is thrown.</summary>
    public IReadOnlyList<T> Invoke<T>(string script) => Invoke<T>(Runspace, script);

    public static IReadOnlyList<T> Invoke<T>(Runspace runspace, string script)
    {
        // One pipeline at a time runs in a runspace, and test classes run side by side.
        lock (runspace)
        {
            using var shell = PowerShell.Create(runspace);
            shell.AddScript($"try {{ {script} }} catch {{ throw }}");
            var output = shell.Invoke<T>();
            if (shell.Streams.Error.Count > 0) throw new InvalidOperationException(shell.Streams.Error[0].ToString(), shell.Streams.Error[0].Exception);
            return output;
        }
    }

    public void Dispose()
    {
        Runspace.Dispose();
        Directory.Delete(_state, recursive: true);
    }
}
