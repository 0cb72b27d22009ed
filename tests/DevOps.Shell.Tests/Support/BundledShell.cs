using System.Diagnostics;

namespace DevOps.Shell.Tests.Support;

/// <summary>Starts the bundled shell as its users do: as a process of its own.</summary>
public static class BundledShell
{
    // Where the shell is built, with its engine compiled ahead of time; the copy beside the tests has the package's.
    public static string Program { get; } =
        Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../../src/DevOps.Shell/bin/Release/net10.0/DevOps.Shell.dll"));

    public static Task<ProgramResult> RunAsync(params string[] arguments) => RunAsync(arguments, input: null);

    public static Task<ProgramResult> RunAsync(
        string[] arguments,
        string? input,
        IReadOnlyDictionary<string, string?>? environment = null,
        string? directory = null) =>
        ProgramRun.RunAsync("dotnet", [Program, .. arguments], input, environment, directory);

    /// <summary>Starts it and leaves it running. A test runner in the background ignores Ctrl+C and one below nohup ignores SIGHUP, which would be inherited.</summary>
    public static Process Start(params string[] arguments) =>
        ProgramRun.Start("env", ["--default-signal=HUP,INT,TERM", "dotnet", Program, .. arguments]);
}
