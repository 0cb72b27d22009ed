using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;

namespace DevOps.Server.Tests.Flags;

/// <summary>OpenFeature's packages from npm, in the versions that <c>OpenFeature/package-lock.json</c> names, and what uses them.</summary>
public sealed class OpenFeaturePackages : IAsyncLifetime
{
    private static readonly TimeSpan InstallLimit = TimeSpan.FromMinutes(2);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("devops-openfeature-");
    private WebApplication? _pages;

    /// <summary>Where the page of <c>page.html</c> is.</summary>
    public Uri Pages { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        if (!IsOnPath("npm") || !IsOnPath("node")) return;
        foreach (var file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Flags", "OpenFeature"))) File.Copy(file, Path.Combine(_folder.FullName, Path.GetFileName(file)));
        await RunAsync("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _pages = builder.Build();
        var types = new FileExtensionContentTypeProvider { Mappings = { [".js"] = "text/javascript" } };
        _pages.UseStaticFiles(new StaticFileOptions { FileProvider = new PhysicalFileProvider(_folder.FullName), ContentTypeProvider = types });
        await _pages.StartAsync();
        Pages = new Uri(_pages.Urls.Single());
    }

    public async ValueTask DisposeAsync()
    {
        if (_pages is not null) await _pages.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>Skips a test where there is no npm.</summary>
    public void Require() => Assert.SkipWhen(_pages is null, "This machine has no npm and node. Debian's packages npm and nodejs bring them.");

    /// <summary>Runs <c>server.mjs</c>.</summary>
    /// <returns>What it printed.</returns>
    public Task<string> AskAsync(Uri service, string token) => RunAsync("node", "server.mjs", service.ToString().TrimEnd('/'), token);

    private async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(InstallLimit);
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = _folder.FullName, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            Assert.True(process.ExitCode == 0, $"{program} {arguments[0]} ended with {process.ExitCode}: {output}{await errors}");
            return output;
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    private static bool IsOnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
}
