namespace DevOps.Shell.Execution;

/// <summary>Where modules are looked for.</summary>
internal static class ModulePath
{
    private const string Variable = "PSModulePath";

    // Each folder of modules that comes with a PowerShell holds this one.
    private const string Telltale = "Microsoft.PowerShell.Utility";

    /// <summary>
    /// Takes out the folders of a whole PowerShell, which a shell that is started from one inherits: their modules need
    /// assemblies that are not here, and would only hide what <see cref="MissingCommandHint"/> has to say.
    /// </summary>
    public static void LeaveOutPowerShells()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { } path) return;
        var kept = path.Split(Path.PathSeparator).Where(folder => folder.Length == 0 || !Directory.Exists(Path.Combine(folder, Telltale)));
        Environment.SetEnvironmentVariable(Variable, string.Join(Path.PathSeparator, kept));
    }
}
