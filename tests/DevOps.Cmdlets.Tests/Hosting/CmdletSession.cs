using System.Management.Automation;
using System.Management.Automation.Runspaces;
using DevOps.Cmdlets.Common;

namespace DevOps.Cmdlets.Tests.Hosting;

/// <summary>
/// A PowerShell session with the module's cmdlets, a state folder of its own and a host whose answers are given
/// beforehand. Disposing it puts the environment back and deletes the folder.
/// </summary>
public sealed class CmdletSession : IDisposable
{
    private readonly Dictionary<string, string?> _environmentBefore = new(StringComparer.Ordinal);
    private readonly Runspace _runspace;

    /// <summary>Opens a session.</summary>
    /// <param name="assemblies">More assemblies whose cmdlets are wanted, such as the test's own.</param>
    public CmdletSession(params System.Reflection.Assembly[] assemblies)
    {
        Folder = Directory.CreateTempSubdirectory("devops-test-").FullName;
        StateFolder = Path.Combine(Folder, "state");
        SetEnvironment("DEVOPS_STATE", StateFolder);
        // Nobody's own token or address may take part in a test.
        foreach (var name in (string[])["DIGITALOCEAN_ACCESS_TOKEN", "DIGITALOCEAN_TOKEN", "DIGITALOCEAN_API_URL"]) SetEnvironment(name, null);

        var initial = InitialSessionState.CreateDefault2();
        initial.ThrowOnRunspaceOpenError = true;
        initial.ImportPSModule([typeof(DevOpsCommand).Assembly.Location, .. assemblies.Select(assembly => assembly.Location)]);
        _runspace = RunspaceFactory.CreateRunspace(Host, initial);
        _runspace.Open();
        // Providers resolve relative paths against the session's location, not against the process's.
        _runspace.SessionStateProxy.Path.SetLocation(Folder);
    }

    /// <summary>The host: what was written to it and asked of it, and the answers it gives.</summary>
    public TestHost Host { get; } = new();

    /// <summary>A temporary folder, which is the session's location.</summary>
    public string Folder { get; }

    /// <summary>The session's state folder. Made by the first cmdlet that writes to it.</summary>
    public string StateFolder { get; }

    /// <summary>The checkout in which the tests were built.</summary>
    /// <returns>The full path of the folder with the manifest.</returns>
    public static string RepositoryRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "DevOps.psd1"))) folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("There is no DevOps.psd1 above the tests.");
        return folder;
    }

    /// <summary>Sets an environment variable until the session is disposed.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">The value; nothing to remove it.</param>
    public void SetEnvironment(string name, string? value)
    {
        _environmentBefore.TryAdd(name, Environment.GetEnvironmentVariable(name));
        Environment.SetEnvironmentVariable(name, value);
    }

    /// <summary>Runs a script to its end and collects all that came out of it. A terminating error is collected, not thrown.</summary>
    /// <param name="script">The script.</param>
    /// <param name="variables">Variables that the script sees.</param>
    /// <returns>What came out.</returns>
    public CmdletResult Invoke(string script, params (string Name, object? Value)[] variables)
    {
        // At the top of a script an error that ends a statement only goes to the error stream; inside try it ends the script.
        using var shell = Create($"try {{\n{script}\n}} catch {{ throw }}", variables);
        var output = new List<PSObject>();
        ErrorRecord? terminating = null;
        try
        {
            shell.Invoke(input: null, output);
        }
        catch (RuntimeException exception)
        {
            terminating = exception.ErrorRecord;
        }

        return new CmdletResult(
            output,
            [.. shell.Streams.Error],
            terminating,
            [.. shell.Streams.Warning.Select(record => record.Message)],
            [.. shell.Streams.Verbose.Select(record => record.Message)],
            [.. shell.Streams.Information.Select(record => record.MessageData.ToString()!)],
            [.. shell.Streams.Progress]);
    }

    /// <summary>Makes a pipeline that the caller starts and stops itself.</summary>
    /// <param name="script">The script.</param>
    /// <param name="variables">Variables that the script sees.</param>
    /// <returns>The pipeline.</returns>
    public PowerShell Create(string script, params (string Name, object? Value)[] variables)
    {
        foreach (var (name, value) in variables) _runspace.SessionStateProxy.SetVariable(name, value);
        var shell = PowerShell.Create(_runspace);
        shell.AddScript(script);
        return shell;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _runspace.Dispose();
        foreach (var (name, value) in _environmentBefore) Environment.SetEnvironmentVariable(name, value);
        Directory.Delete(Folder, recursive: true);
    }
}
