using System.Reflection;
using System.Runtime.Loader;

namespace DevOps.Cmdlets.Loading;

/// <summary>
/// Where DevOps.Core and every package it needs are loaded, so that their versions never meet those of another module
/// in the same session. What both sides share (DevOps.Model) comes from the default context.
/// </summary>
internal sealed class CoreLoadContext : AssemblyLoadContext
{
    private readonly string _folder;

    /// <summary>Makes the context; loads nothing.</summary>
    /// <param name="folder">The folder with DevOps.Core.dll and its dependencies.</param>
    public CoreLoadContext(string folder)
        : base("DevOps.Core") => _folder = folder;

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        // The folder holds no copy of DevOps.Model and none of the runtime, so null (ask the default context) is right for both.
        var file = Path.Combine(_folder, assemblyName.Name + ".dll");
        return File.Exists(file) ? LoadFromAssemblyPath(file) : null;
    }
}
