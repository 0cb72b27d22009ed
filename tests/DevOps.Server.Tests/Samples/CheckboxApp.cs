using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using DevOps.Core.Tests.Hosting;
using DevOps.Server.Tests.Hosting;

namespace DevOps.Server.Tests.Samples;

/// <summary>The sample application checkbox.io in a process of its own, with a database in memory.</summary>
internal sealed class CheckboxApp : IAsyncDisposable
{
    private static readonly string[] Settings = ["FLAGS_ADDRESSES", "FLAGS_PORT", "FLAGS_TOKEN"];

    private readonly int _port = FreePort.Find();
    private readonly List<string> _log = [];
    private readonly HttpClient _client = new();
    private Process? _process;

    private CheckboxApp() => _client.BaseAddress = Uri;

    public Uri Uri => new($"http://127.0.0.1:{_port}/");

    /// <summary>What it wrote so far.</summary>
    public IReadOnlyList<string> Log
    {
        get
        {
            lock (_log) return [.. _log];
        }
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Starts it with some more variables and waits until it listens; skips the test when this machine has no Node.</summary>
    public static async Task<CheckboxApp> StartAsync(params (string Name, string Value)[] variables)
    {
        var app = new CheckboxApp();
        try
        {
            app.Start(variables);
            await Eventually.IsAsync(() => app.Log.Any(line => line.Contains("listens at port", StringComparison.Ordinal)) || app._process!.HasExited);
            Assert.False(app._process!.HasExited, string.Join('\n', app.Log));
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    public Task<string> PageAsync() => _client.GetStringAsync(Uri, Ct);

    public Task<string> HealthAsync() => _client.GetStringAsync(new Uri("health", UriKind.Relative), Ct);

    public Task<HttpResponseMessage> AskForFlagAsync() => _client.GetAsync(new Uri("featureflag", UriKind.Relative), Ct);

    /// <summary>What it says that the flag is, as it says it.</summary>
    public Task<string> FlagAsync() => _client.GetStringAsync(new Uri("featureflag", UriKind.Relative), Ct);

    /// <summary>Waits until it says that the flag is on or off.</summary>
    public Task SaysAsync(bool isOn) => Eventually.IsAsync(async () => await FlagAsync() == (isOn ? """{"featureflag":true}""" : """{"featureflag":false}"""));

    /// <summary>Waits until it has written a text.</summary>
    public Task WritesAsync(string text) => Eventually.IsAsync(() => Count(text) > 0);

    /// <summary>How many lines with a text it has written.</summary>
    public int Count(string text) => Log.Count(line => line.Contains(text, StringComparison.Ordinal));

    /// <summary>Asks it to end and waits until it has.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> EndAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process!.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(Ct);
        await _process.WaitForExitAsync(Ct);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (_process is null) return;
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private void Start((string Name, string Value)[] variables)
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "DevOps.psd1"))) root = Path.GetDirectoryName(root)!;
        var start = new ProcessStartInfo("node", ["server.js"])
        {
            UseShellExecute = false,
            WorkingDirectory = Path.Combine(root, "samples", "checkbox"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in Settings) start.Environment.Remove(name);
        start.Environment["NODE_PATH"] = Path.Combine(root, "tests", "DevOps.Server.Tests", "Samples", "modules");
        start.Environment["APP_PORT"] = _port.ToString(CultureInfo.InvariantCulture);
        start.Environment["DATABASE_HOST"] = "localhost";
        start.Environment["DATABASE_PORT"] = "3306";
        start.Environment["DATABASE_PASSWORD"] = "password";
        foreach (var (name, value) in variables) start.Environment[name] = value;
        try
        {
            _process = Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Assert.Skip("This machine has no Node. Debian's package nodejs brings it.");
        }

        _process.OutputDataReceived += Note;
        _process.ErrorDataReceived += Note;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private void Note(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null) return;
        lock (_log) _log.Add(line.Data);
    }
}
