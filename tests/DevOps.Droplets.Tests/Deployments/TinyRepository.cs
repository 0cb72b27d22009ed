using System.Diagnostics;
using DevOps.Core.Environments;

namespace DevOps.Droplets.Tests.Deployments;

/// <summary>
/// A git repository with a tiny application: a few lines of Python that answer with their version, unless a commit says
/// that it is to go wrong on one instance.
/// </summary>
public sealed class TinyRepository : IDisposable
{
    /// <summary>The port at which it listens when nothing else is said.</summary>
    public const int Port = 8080;

    // It takes its port from the environment, and says on one line that it cannot listen, as most applications do.
    private const string Program = """
        import http.server, os, sys, time

        version, fault, where = open('release').read().split()
        if where != os.environ['DEVOPS_INSTANCE']:
            fault = 'none'

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                if fault == 'hangs':
                    time.sleep(3600)
                body = f'{version}\n'.encode()
                self.send_response(500 if fault == 'fails' else 200)
                self.send_header('Content-Length', str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        if fault == 'exits':
            sys.exit('this release cannot do anything')
        if fault == 'slow':
            time.sleep(20)
        if fault == 'silent':
            time.sleep(3600)
        try:
            http.server.ThreadingHTTPServer(('0.0.0.0', int(os.environ['APP_PORT'])), Handler).serve_forever()
        except OSError as error:
            sys.exit(str(error))
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("devops-tiny-");

    /// <summary>Makes the repository.</summary>
    public TinyRepository()
    {
        Git("init", "--quiet", "--initial-branch", "main");
        File.WriteAllText(System.IO.Path.Combine(Path, "serve.py"), Program);
    }

    /// <summary>Its folder.</summary>
    public string Path => _folder.FullName;

    /// <summary>The application, with a patience that suits something so small.</summary>
    /// <param name="fleet">The fleet that carries it.</param>
    /// <returns>The definition.</returns>
    public static ApplicationDefinition Application(string fleet) => new()
    {
        Name = "tiny",
        Fleet = fleet,
        Source = ".",
        Command = "/usr/bin/python3 serve.py",
        Port = Port,
        KeepReleases = 1,
        StopTimeout = TimeSpan.FromSeconds(5),
        Health = new HealthCheckDefinition { Timeout = TimeSpan.FromSeconds(8) },
    };

    /// <summary>Commits a version.</summary>
    /// <param name="version">What it answers.</param>
    /// <param name="fault">What goes wrong with it: none, exits, silent, hangs, fails or slow.</param>
    /// <param name="where">The instance on which it goes wrong.</param>
    /// <returns>The commit.</returns>
    public string Commit(string version, string fault, string where)
    {
        File.WriteAllText(System.IO.Path.Combine(Path, "release"), $"{version} {fault} {where}\n");
        Git("add", "--all");
        Git("commit", "--quiet", "--allow-empty", "--message", version);
        return Git("rev-parse", "HEAD").Trim();
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Delete(recursive: true);

    private string Git(params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("git", arguments) { WorkingDirectory = Path, RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("GIT_", StringComparison.Ordinal)).ToList()) start.Environment.Remove(name);
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        foreach (var role in (string[])["AUTHOR", "COMMITTER"])
        {
            start.Environment[$"GIT_{role}_NAME"] = "Test";
            start.Environment[$"GIT_{role}_EMAIL"] = "test@example.org";
        }

        using var git = Process.Start(start)!;
        var output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        Assert.Equal(0, git.ExitCode);
        return output;
    }
}
