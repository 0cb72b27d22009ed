using System.Globalization;
using DevOps.Server.Tests.Hosting;

namespace DevOps.EndToEnd.Tests;

/// <summary>An instance, as Get-ApplicationInstance shows it.</summary>
public sealed record Instance(string Application, string Name, string Role, Uri Uri, string Release, string Health, long Since);

/// <summary>
/// One demo, started once for all tests by the command of the README, from a copy of the checkout that was never built,
/// with a state folder and a port of its own.
/// </summary>
public sealed class Demo : IAsyncLifetime
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan CommandLimit = TimeSpan.FromMinutes(3);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("devops-end-to-end-");

    /// <summary>Nothing is known before <see cref="InitializeAsync"/>.</summary>
    public Demo() => Terminal = TerminalFor(StateFolder);

    /// <summary>The copy of the checkout.</summary>
    public string Checkout => Path.Combine(_folder.FullName, "checkout");

    /// <summary>The installation's state folder.</summary>
    public string StateFolder => Path.Combine(_folder.FullName, "state");

    /// <summary>The demo's environment file.</summary>
    public string EnvironmentFile => Path.Combine(StateFolder, "demo", "production.psd1");

    /// <summary>The working clone in which a user edits.</summary>
    public string WorkingClone => Path.Combine(StateFolder, "demo", "work");

    /// <summary>Where Start-Demo.ps1 notes the packages that it installed.</summary>
    public string PackageRecord => Path.Combine(StateFolder, "demo.packages");

    /// <summary>The local cloud's port.</summary>
    public int Port { get; } = FreePort.Find();

    /// <summary>The balancer's port.</summary>
    public int BalancerPort { get; } = FreePort.Find();

    /// <summary>The port of the heartbeat monitor's page.</summary>
    public int MonitorPort { get; } = FreePort.Find();

    /// <summary>Where the balancer serves checkbox.io.</summary>
    public Uri BalancerUri => new($"http://127.0.0.1:{BalancerPort}/");

    /// <summary>A terminal in the checkout with the installation's state folder.</summary>
    public Terminal Terminal { get; }

    /// <summary>Asks instances.</summary>
    public HttpClient Browser { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>What the first start printed.</summary>
    public TerminalResult FirstStart { get; private set; } = null!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        await CopyCheckoutAsync();
        FirstStart = await StartAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Browser.Dispose();
        // A test that failed half-way must not leave eight hosts behind.
        if (Directory.Exists(StateFolder)) await StopAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>A terminal in the checkout with another state folder.</summary>
    /// <param name="stateFolder">The state folder.</param>
    /// <returns>The terminal.</returns>
    public Terminal TerminalFor(string stateFolder) => new(
        Checkout,
        new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["DEVOPS_STATE"] = stateFolder,
            ["NO_COLOR"] = "1",
            ["DIGITALOCEAN_ACCESS_TOKEN"] = "a-token-that-the-demo-must-never-use",
            // The tests may themselves run in a hook.
            ["GIT_DIR"] = null,
            ["GIT_WORK_TREE"] = null,
        });

    /// <summary>Runs Start-Demo.ps1.</summary>
    /// <returns>What it printed.</returns>
    public Task<TerminalResult> StartAsync() =>
        Terminal.RunAsync(
            StartLimit,
            "./devops",
            "scripts/Start-Demo.ps1",
            "-Port",
            Port.ToString(CultureInfo.InvariantCulture),
            "-BalancerPort",
            BalancerPort.ToString(CultureInfo.InvariantCulture),
            "-MonitorPort",
            MonitorPort.ToString(CultureInfo.InvariantCulture));

    /// <summary>Asks the balancer several times, one request after another.</summary>
    /// <param name="requests">How often.</param>
    /// <returns>The pages, in order.</returns>
    public async Task<IReadOnlyList<string>> BalancedPagesAsync(int requests)
    {
        var pages = new List<string>();
        for (var request = 0; request < requests; request++) pages.Add(await Browser.GetStringAsync(BalancerUri, TestContext.Current.CancellationToken));
        return pages;
    }

    /// <summary>Runs Stop-Demo.ps1.</summary>
    /// <returns>What it printed.</returns>
    public Task<TerminalResult> StopAsync() => Terminal.RunAsync(CommandLimit, "./devops", "scripts/Stop-Demo.ps1");

    /// <summary>Runs a command in a session of its own.</summary>
    /// <param name="command">PowerShell code.</param>
    /// <returns>What it printed.</returns>
    public Task<TerminalResult> CommandAsync(string command) => Terminal.RunAsync(CommandLimit, "./devops", "-Command", command);

    /// <summary>Runs git in the working clone.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>What it printed.</returns>
    public Task<TerminalResult> GitAsync(params string[] arguments) => Terminal.RunAsync(CommandLimit, WorkingClone, "git", arguments);

    /// <summary>Changes a file of the working clone and commits it.</summary>
    /// <param name="file">The file, relative to the clone.</param>
    /// <param name="content">Its new content.</param>
    /// <returns>When it is done.</returns>
    public async Task CommitAsync(string file, string content)
    {
        await File.WriteAllTextAsync(Path.Combine(WorkingClone, file), content, TestContext.Current.CancellationToken);
        (await GitAsync("commit", "--quiet", "--all", "--message", $"Change {file}")).Succeeded();
    }

    /// <summary>The commit that the working clone is at.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> HeadAsync() => (await GitAsync("rev-parse", "HEAD")).Succeeded().Output.Trim();

    /// <summary>Lists the instances as a session of its own sees them.</summary>
    /// <returns>The instances.</returns>
    public async Task<IReadOnlyList<Instance>> InstancesAsync()
    {
        var result = (await CommandAsync(
            $"Get-ApplicationInstance -Environment '{EnvironmentFile}' | ForEach-Object {{ 'instance', $_.Application, $_.Instance, $_.Role, $_.Uri, $_.Release, $_.Health, $(if ($_.Since) {{ $_.Since.UtcTicks }} else {{ 0 }}) -join '|' }}")).Succeeded();
        return [.. result.Output.Split('\n')
            .Select(line => line.Split('|'))
            .Where(parts => parts is ["instance", _, _, _, _, _, _, _])
            .Select(parts => new Instance(parts[1], parts[2], parts[3], new Uri(parts[4]), parts[5], parts[6], long.Parse(parts[7], CultureInfo.InvariantCulture)))];
    }

    /// <summary>Gets an instance's page.</summary>
    /// <param name="instance">The instance.</param>
    /// <returns>The page's text.</returns>
    public Task<string> PageAsync(Instance instance) => Browser.GetStringAsync(instance.Uri, TestContext.Current.CancellationToken);

    private static string SourceFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "DevOps.slnx"))) return folder.FullName;
        }

        throw new InvalidOperationException("The tests do not run from a checkout.");
    }

    private async Task CopyCheckoutAsync()
    {
        // What git knows or would add, so that edits that are not committed yet are tested too, and nothing that was built.
        Directory.CreateDirectory(Checkout);
        var source = SourceFolder();
        var copy = await new Terminal(source, new Dictionary<string, string?>(StringComparer.Ordinal)).RunAsync(
            CommandLimit,
            "sh",
            "-c",
            "git ls-files -z --cached --others --exclude-standard | tar --null --files-from=- --ignore-failed-read -cf - | tar -C \"$1\" -xf -",
            "sh",
            Checkout);
        copy.Succeeded();
    }
}
