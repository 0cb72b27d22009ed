using System.Diagnostics;
using System.Globalization;

namespace DevOps.Server.Tests.Hosting;

/// <summary>
/// A <see cref="BackendServer"/> in a process of its own, which can be killed, stopped and paused. The process is this test
/// assembly, which a variable turns into a backend.
/// </summary>
internal sealed class BackendProcess : IDisposable
{
    private const string NameVariable = "DEVOPS_TEST_BACKEND";
    private const string PortVariable = "DEVOPS_TEST_BACKEND_PORT";

    private Process? _process;

    private BackendProcess(string name) => Name = name;

    public string Name { get; }

    public int Port { get; private set; }

    public Uri Uri => new($"http://127.0.0.1:{Port}/");

    /// <summary>Starts one and waits until it listens.</summary>
    public static async Task<BackendProcess> StartAsync(string name)
    {
        var backend = new BackendProcess(name);
        await backend.StartAsync();
        return backend;
    }

    /// <summary>Starts it, again at the port it had.</summary>
    public async Task StartAsync()
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardInput = true, UseShellExecute = false };
        start.ArgumentList.Add(typeof(BackendProcess).Assembly.Location);
        start.Environment[NameVariable] = Name;
        start.Environment[PortVariable] = Port.ToString(CultureInfo.InvariantCulture);
        _process = Process.Start(start)!;
        Port = int.Parse((await _process.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
    }

    /// <summary>Ends it as kill -9 does.</summary>
    public void Kill()
    {
        _process!.Kill();
        _process.WaitForExit();
    }

    /// <summary>Sends it a signal.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", _process!.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (_process is null) return;
        if (!_process.HasExited) Kill();
        _process.Dispose();
    }

    /// <summary>Whether this process was started to be a backend.</summary>
    public static bool IsWanted => Environment.GetEnvironmentVariable(NameVariable) is { Length: > 0 };

    /// <summary>Serves until whoever started this process lets go of it.</summary>
    public static int Serve()
    {
        using var server = new BackendServer(Environment.GetEnvironmentVariable(NameVariable)!, int.Parse(Environment.GetEnvironmentVariable(PortVariable)!, CultureInfo.InvariantCulture));
        Console.WriteLine(server.Port);
        // Its parent holds the other end: when the tests die, so does it.
        while (Console.In.Read() >= 0)
        {
        }

        return 0;
    }
}
