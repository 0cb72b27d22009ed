using DevOps.Shell.Tests.Support;

namespace DevOps.Shell.Tests.Launcher;

/// <summary>
/// A small checkout with the real launcher, and a machine with nothing on PATH but the system's tools and programs that
/// only write down how they were called.
/// </summary>
public sealed class LauncherTree : IDisposable
{
    // What the launcher uses of a POSIX system. Its PATH holds these and nothing else, so that no dotnet or pwsh of the
    // developer's machine is found.
    private static readonly string[] s_tools =
        ["sh", "cat", "cksum", "dirname", "find", "grep", "head", "ln", "mkdir", "mv", "readlink", "rm", "sed", "sleep", "sort", "tail"];

    private const string FakeDotnet = """
        #!/bin/sh
        case $1 in
            --list-sdks) cat "$0.sdks"; exit ;;
            msbuild) ;;
            *) echo "shell: $*"; echo "modules: $PSModulePath"; exit "${FAKE_EXIT:-0}" ;;
        esac
        root=${2%/build/Stage.proj}
        printf '%s\n' "$*" >>"$0.builds"
        if [ -e "$root/building" ]; then echo 'two builds at once' >>"$0.builds"; fi
        : >"$root/building"
        if [ -e "$0.gate" ]; then cat "$0.gate" >/dev/null; rm "$0.gate"; fi
        rm -f "$root/building"
        if [ -e "$root/broken" ]; then
            echo "$root/src/DevOps.Core/A.cs(1,1): error CS1002: ; expected [$root/A.csproj]"
            exit 1
        fi
        mkdir -p "$root/module/bin" "$root/out/DevOps/0.1.0" "$root/out/shells/1"
        : >"$root/module/bin/DevOps.Cmdlets.dll"
        : >"$root/out/shells/1/DevOps.Shell.dll"
        ln -sfn shells/1 "$root/out/shell"
        """;

    private readonly TemporaryFolder _folder = new();

    public LauncherTree(bool hasFlock = true)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The launcher is for Linux and macOS.");
        foreach (var source in new[]
        {
            "src/DevOps.Core/A.cs", "src/DevOps.Shell/B.cs", "src/Directory.Build.props", "module/Formats/A.ps1xml", "scripts/Start.ps1",
            "hooks/post-receive.ps1", "samples/production.psd1", "build/Stage.proj", "DevOps.psd1", "Directory.Build.props",
            "Directory.Packages.props",
        })
        {
            Write(source, source);
        }

        _folder.WriteProgram("tree/devops", File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "devops")));
        Directory.CreateDirectory(Tools);
        foreach (var tool in hasFlock ? [.. s_tools, "flock"] : s_tools)
        {
            var program = new[] { "/usr/bin", "/bin" }.Select(folder => Path.Combine(folder, tool)).FirstOrDefault(File.Exists);
            if (program is not null) File.CreateSymbolicLink(Path.Combine(Tools, tool), program);
            else Assert.Skip($"This machine has no {tool}.");
        }

        _folder.WriteProgram("tools/dotnet", FakeDotnet);
        _folder.Write("tools/dotnet.sdks", "8.0.100 [/usr/share/dotnet/sdk]\n10.0.100 [/usr/share/dotnet/sdk]\n");
    }

    public string Root => Path.Combine(_folder.Path, "tree");

    /// <summary>The arguments of each build, in order.</summary>
    public string[] Builds => File.Exists(Dotnet + ".builds") ? File.ReadAllLines(Dotnet + ".builds") : [];

    private string Tools => Path.Combine(_folder.Path, "tools");

    private string Dotnet => Path.Combine(Tools, "dotnet");

    private Dictionary<string, string?> Environment => new(StringComparer.Ordinal)
    {
        ["PATH"] = Tools,
        ["HOME"] = _folder.Path,
        ["DOTNET_ROOT"] = null,
        ["PSModulePath"] = "/somewhere/modules",
    };

    public Task<ProgramResult> RunAsync(params string[] arguments) => RunAsync(new Dictionary<string, string?>(StringComparer.Ordinal), arguments);

    public Task<ProgramResult> RunAsync(IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        var all = Environment;
        foreach (var (name, value) in environment) all[name] = value;
        return ProgramRun.RunAsync(Path.Combine(Root, "devops"), arguments, input: null, all);
    }

    /// <summary>Writes a file and makes it newer than anything before it, whatever the clock's resolution.</summary>
    public void Write(string name, string text)
    {
        var file = _folder.Write(Path.Combine("tree", name), text);
        File.SetLastWriteTimeUtc(file, DateTime.UtcNow);
    }

    /// <summary>Adds a file that is older than everything else, as an archive or a copy brings it.</summary>
    public void WriteOld(string name) => File.SetLastWriteTimeUtc(_folder.Write(Path.Combine("tree", name), name), DateTime.UnixEpoch);

    public void Delete(string name) => File.Delete(Path.Combine(Root, name));

    public void SetSdks(string list) => File.WriteAllText(Dotnet + ".sdks", list);

    /// <summary>Holds every build until the returned action is called.</summary>
    public async Task<Action> HoldBuildsAsync()
    {
        var gate = Dotnet + ".gate";
        Assert.Equal(0, (await ProgramRun.RunAsync("mkfifo", [gate])).ExitCode);
        return () => File.WriteAllText(gate, string.Empty);
    }

    /// <summary>Installs a PowerShell that says how it was called.</summary>
    public void InstallPowerShell(string version) => _folder.WriteProgram("tools/pwsh", $$"""
        #!/bin/sh
        printf '%s\n' "$*" >>"$0.calls"
        case "$*" in
            *-Version*) echo 'PowerShell {{version}}' ;;
            *) echo "pwsh: $*"; echo "modules: $PSModulePath" ;;
        esac
        """);

    /// <summary>How often PowerShell was asked for its version.</summary>
    public int VersionQuestions => File.ReadAllLines(Path.Combine(Tools, "pwsh.calls")).Count(call => call.Contains("-Version", StringComparison.Ordinal));

    public void Dispose() => _folder.Dispose();
}
