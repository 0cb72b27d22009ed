using System.Management.Automation;
using System.Reflection;
using System.Runtime.Loader;

namespace DevOps.Cmdlets.Loading;

/// <summary>
/// Runs when PowerShell imports the module. It loads nothing: it only says where DevOps.Core will be found on the first
/// use of a cmdlet.
/// </summary>
public sealed class ModuleInitializer : IModuleAssemblyInitializer
{
    private const string CoreName = "DevOps.Core";

    // The one static state of the module: a re-import runs the initializer again, and the handler must not stand there twice.
    private static CoreLoadContext? _context;

    /// <summary>Called by PowerShell at each import.</summary>
    public void OnImport()
    {
        if (_context is not null) return;
        var location = typeof(ModuleInitializer).Assembly.Location;
        // Read by module/Preconditions.psm1, in time for another copy of the module that is imported into the same process.
        AppContext.SetData("DevOps.Cmdlets", location);
        var bin = Path.GetDirectoryName(location)!;
        _context = new CoreLoadContext(Path.Combine(bin, "core"));
        AssemblyLoadContext.Default.Resolving += ResolveCore;
    }

    private static Assembly? ResolveCore(AssemblyLoadContext context, AssemblyName name) =>
        string.Equals(name.Name, CoreName, StringComparison.Ordinal) ? _context?.LoadFromAssemblyName(name) : null;
}
