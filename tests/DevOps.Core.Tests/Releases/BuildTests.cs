using System.Diagnostics;
using System.Formats.Tar;
using System.Globalization;
using System.Runtime.Versioning;
using DevOps.Core.Releases;
using DevOps.Core.State;
using DevOps.Core.Tests.Hosting;

namespace DevOps.Core.Tests.Releases;

[UnsupportedOSPlatform("windows")]
[Trait("Category", "Slow")]
public sealed class BuildTests : IDisposable
{
    private readonly BuildFixture _fixture = new();

    public BuildTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Releases are built by /bin/sh.");

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_build_runs_in_the_source_folder_and_each_line_comes_with_the_applications_name()
    {
        _fixture.Git.Commit(("app/a.txt", "one"), ("other/b.txt", "two"));

        var release = await _fixture.BuildAsync("echo \"in $(ls)\"; printf 'no line end'; echo wrong >&2");

        Assert.Contains("shop | in a.txt", _fixture.Lines);
        Assert.Contains("shop | wrong", _fixture.Lines);
        Assert.Contains("shop | no line end", _fixture.Lines);
        Assert.Equal(["a.txt"], _fixture.Unpack(release).Select(entry => entry.Entry.Name));
    }

    [Fact]
    public async Task What_a_build_prints_cannot_steer_the_terminal()
    {
        _fixture.Git.Commit(("app/a.txt", "one"));

        await _fixture.BuildAsync("printf 'a\\033[31mred\\033[0m\\rb\\tc\\007\\033]0;title\\n'");

        Assert.Equal(["shop | ared", "shop | b\tc]0;title"], _fixture.Lines);
    }

    [Fact]
    public async Task A_build_sees_a_clean_environment_and_nothing_to_read()
    {
        _fixture.Git.Commit(("app/a.txt", "one"));
        Environment.SetEnvironmentVariable("DEVOPS_TEST_TOKEN", "hunter2");

        var release = await _fixture.BuildAsync("env > env; if read -r line; then exit 1; fi");

        Environment.SetEnvironmentVariable("DEVOPS_TEST_TOKEN", null);
        var names = _fixture.Read(release, "env").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('=')[0]).Order(StringComparer.Ordinal);
        Assert.Equal(["HOME", "LANG", "LOGNAME", "PATH", "PWD", "SHELL", "SOURCE_DATE_EPOCH", "TMPDIR", "USER"], names);
    }

    [Fact]
    public async Task A_release_for_which_the_state_folder_has_no_room_says_so_and_leaves_nothing_behind()
    {
        using var disk = new SmallDisk();
        var state = StateFolder.Open(Path.Combine(disk.Path, "state"));
        var store = new ReleaseStore(state, _fixture.BuildRoot);
        var application = BuildFixture.Application("head -c 3000000 /dev/urandom > noise");
        _fixture.Git.Commit(("app/a.txt", "one"));

        var failure = await Failing.WithAsync(
            "StateFolderNotWritable",
            () => store.BuildAsync(BuildFixture.Environment(application), application, _fixture.Git.Path, "HEAD", "tester", _fixture, TestContext.Current.CancellationToken));

        Assert.Contains("free disk space", failure.RecommendedAction, StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.EnumerateFiles(state.PathOf("releases"), "*", SearchOption.AllDirectories), file => file.EndsWith(".new", StringComparison.Ordinal));
        Assert.Empty(_fixture.LeftFolders());
    }

    [Fact]
    public async Task Home_and_temporary_folder_are_the_builds_own_and_go_with_it()
    {
        _fixture.Git.Commit(("app/a.txt", "one"));

        var release = await _fixture.BuildAsync("""echo "$HOME" > home; echo x > "$HOME/x"; echo x > "$TMPDIR/x"; mkdir "$HOME/locked"; touch "$HOME/locked/y"; chmod 500 "$HOME/locked" """);

        Assert.StartsWith(_fixture.BuildRoot, _fixture.Read(release, "home"), StringComparison.Ordinal);
        Assert.Empty(_fixture.LeftFolders());
        Assert.Empty(_fixture.Warnings);
    }

    [Fact]
    public async Task Roots_builds_run_as_another_account_that_cannot_read_the_state_folder()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only root's builds run as another account.");
        _fixture.Git.Commit(("app/a.txt", "one"));
        _fixture.State.Write(_fixture.State.PathOf("connections", "work.json"), "secret"u8);

        var release = await _fixture.BuildAsync($"id -un > user; if cat '{_fixture.State.PathOf("connections", "work.json")}' || ls '{_fixture.State.Root}'; then exit 1; fi");

        Assert.Equal(BuildSandbox.AccountName + "\n", _fixture.Read(release, "user"));
    }

    [Fact]
    public async Task The_first_failing_command_fails_the_build_and_the_error_shows_the_last_lines()
    {
        _fixture.Git.Commit(("app/a.txt", "one"));

        var failure = await Failing.WithAsync("BuildFailed", () => _fixture.BuildAsync("seq 100\n(exit 7)\necho not reached"));

        Assert.Contains("failed with exit code 7", failure.Message, StringComparison.Ordinal);
        Assert.Contains("\n99\n100\n", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\n80\n", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("not reached", failure.Message, StringComparison.Ordinal);
        Assert.Empty(_fixture.Store.List());
        Assert.Empty(_fixture.LeftFolders());
    }

    [Fact]
    public async Task A_build_that_never_ends_is_ended_with_all_that_it_started()
    {
        _fixture.Git.Commit(("app/a.txt", "one"));
        var mark = Mark();

        var failure = await Failing.WithAsync(
            "BuildTimedOut",
            () => _fixture.BuildAsync(BuildFixture.Application($"echo begun; sleep {mark} & sleep {mark}") with { BuildTimeout = TimeSpan.FromSeconds(1) }));

        Assert.Contains("longer than 1 s", failure.Message, StringComparison.Ordinal);
        Assert.Contains("begun", failure.Message, StringComparison.Ordinal);
        await NobodyRunsAsync(mark);
        Assert.Empty(_fixture.LeftFolders());
    }

    [Fact]
    public async Task What_a_build_leaves_running_ends_with_it()
    {
        _fixture.Git.Commit(("app/a.txt", "one"));
        var mark = Mark();

        await _fixture.BuildAsync($"sleep {mark} & echo done");

        await NobodyRunsAsync(mark);
    }

    [Fact]
    public async Task A_process_that_leaves_roots_build_ends_with_it_too()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only root's builds have process namespaces.");
        _fixture.Git.Commit(("app/a.txt", "one"));
        var mark = Mark();

        await _fixture.BuildAsync($"setsid sleep {mark} >/dev/null 2>&1 & echo done");

        await NobodyRunsAsync(mark);
    }

    [Fact]
    public async Task Whoever_asked_for_a_build_can_end_it()
    {
        _fixture.Git.Commit(("app/a.txt", "one"));
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var mark = Mark();
        var build = _fixture.BuildAsync(BuildFixture.Application($"echo begun; sleep {mark}"), ct: stopping.Token);
        while (!_fixture.Lines.Any(line => line.EndsWith("begun", StringComparison.Ordinal))) await Task.Delay(20, TestContext.Current.CancellationToken);

        await stopping.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => build);
        await NobodyRunsAsync(mark);
        Assert.Empty(_fixture.LeftFolders());
        Assert.Empty(_fixture.Store.List());
    }

    [Fact]
    public async Task A_build_dies_with_the_process_that_started_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs setsid.");
        var mark = Mark();
        var start = new ProcessStartInfo("setsid", ["/bin/sh", "-c", BuildProcess.ReadSupervisor(), "sh", "sleep", mark]) { RedirectStandardInput = true, UseShellExecute = false };
        using var supervisor = Process.Start(start)!;

        // What the kernel does to a killed process's end of the pipe.
        supervisor.StandardInput.Close();

        await supervisor.WaitForExitAsync(TestContext.Current.CancellationToken);
        const int killed = 128 + 9;
        Assert.Equal(killed, supervisor.ExitCode);
        await NobodyRunsAsync(mark);
    }

    [Fact]
    public async Task The_next_build_removes_what_a_killed_one_left()
    {
        _fixture.Git.Commit(("app/a.txt", "one"));
        Directory.CreateDirectory(Path.Combine(_fixture.BuildRoot, "dead", "source"));
        await File.WriteAllTextAsync(Path.Combine(_fixture.BuildRoot, "dead.lock"), string.Empty, TestContext.Current.CancellationToken);

        await _fixture.BuildAsync("true");

        Assert.Empty(_fixture.LeftFolders());
    }

    [Fact]
    public async Task A_build_that_is_alive_keeps_its_folder_while_another_begins()
    {
        _fixture.Git.Commit(("app/a.txt", "one"));
        await using var alive = await BuildFolder.CreateAsync(_fixture.BuildRoot, _fixture, TestContext.Current.CancellationToken);

        await _fixture.BuildAsync("true");

        Assert.True(Directory.Exists(alive.Source));
    }

    [Fact]
    public async Task Gits_variables_of_a_hook_do_not_lead_the_build_elsewhere()
    {
        using var other = new GitFolder();
        var commit = _fixture.Git.Commit(("app/a.txt", "one"));
        Environment.SetEnvironmentVariable("GIT_DIR", Path.Combine(other.Path, ".git"));
        try
        {
            Assert.Equal(commit, (await _fixture.BuildAsync(build: null)).Commit);
        }
        finally
        {
            Environment.SetEnvironmentVariable("GIT_DIR", null);
        }
    }

    [Fact]
    public async Task A_submodule_is_a_warning_because_its_content_is_not_there()
    {
        var commit = _fixture.Git.Commit(("app/a.txt", "one"));
        GitFolder.Git(_fixture.Git.Path, "update-index", "--add", "--cacheinfo", $"160000,{commit},app/sub");
        GitFolder.Git(_fixture.Git.Path, "commit", "-q", "-m", "submodule");

        await _fixture.BuildAsync(build: null);

        Assert.StartsWith("'sub' of shop is a submodule", Assert.Single(_fixture.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_artifact_has_two_modes_one_owner_one_time_and_names_in_order()
    {
        var commit = _fixture.Git.Commit(("app/b.txt", "one"));
        var time = long.Parse(GitFolder.Git(_fixture.Git.Path, "show", "-s", "--format=%ct", commit), CultureInfo.InvariantCulture);

        var release = await _fixture.BuildAsync(
            BuildFixture.Application("mkdir -m 700 out out/d; echo 1 > out/d/z; echo 2 > out/B; touch out/a; chmod 4711 out/a; chmod 600 out/B; ln -s ../a out/d/up; ln -s d out/down") with { Artifact = "out" });

        var entries = _fixture.Unpack(release).Select(entry => entry.Entry).ToList();
        Assert.Equal(["B:644:", "a:755:", "d/:755:", "d/up:755:../a", "d/z:644:", "down:755:d"], entries.Select(entry => $"{entry.Name}:{Convert.ToString((int)entry.Mode, 8)}:{entry.LinkName}"));
        Assert.All(entries, entry => Assert.Equal((0, 0, time), (entry.Uid, entry.Gid, entry.ModificationTime.ToUnixTimeSeconds())));
        Assert.All(entries.OfType<PosixTarEntry>(), entry => Assert.Equal((string.Empty, string.Empty), (entry.UserName, entry.GroupName)));
    }

    [Fact]
    public async Task Names_of_any_length_are_packed()
    {
        _fixture.Git.Commit(("app/a.txt", "one"));
        var name = string.Join('/', Enumerable.Repeat(new string('n', 90), 5));

        var release = await _fixture.BuildAsync($"mkdir -p {name}; echo deep > {name}/file");

        Assert.Equal("deep\n", _fixture.Read(release, $"{name}/file"));
    }

    [Theory]
    [InlineData("mkdir out", "it is empty")]
    [InlineData("mkdir out; mkfifo out/pipe", "'pipe' is neither a file nor a folder nor a symbolic link")]
    [InlineData("mkdir out; ln -s /etc/passwd out/x", "the symbolic link 'x' leads outside, to '/etc/passwd'")]
    [InlineData("mkdir -p out/d; ln -s ../../a.txt out/d/x", "the symbolic link 'd/x' leads outside, to '../../a.txt'")]
    [InlineData("mkdir -p out/d; ln -s d/../../a.txt out/x", "the symbolic link 'x' leads outside, to 'd/../../a.txt'")]
    [InlineData("ln -s /etc out", "its path 'out' goes through a symbolic link")]
    public async Task A_folder_that_no_host_should_get_is_refused(string build, string why)
    {
        _fixture.Git.Commit(("app/a.txt", "one"));

        var failure = await Failing.WithAsync("ArtifactInvalid", () => _fixture.BuildAsync(BuildFixture.Application(build) with { Artifact = "out" }));

        Assert.Equal($"The artifact of shop cannot be released: {why}.", failure.Message);
        Assert.Empty(_fixture.Store.List());
        Assert.DoesNotContain(Directory.EnumerateFiles(_fixture.State.Root, "*", SearchOption.AllDirectories), file => file.EndsWith(".gz", StringComparison.Ordinal) || file.EndsWith(".new", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("true", "The build of shop made no folder 'out'.")]
    [InlineData("touch out", "The artifact 'out' of shop is a file; a release is a folder.")]
    public async Task An_artifact_that_the_build_did_not_make_is_named(string build, string message)
    {
        _fixture.Git.Commit(("app/a.txt", "one"));

        Assert.Equal(message, (await Failing.WithAsync("ArtifactNotFound", () => _fixture.BuildAsync(BuildFixture.Application(build) with { Artifact = "out" }))).Message);
    }

    [Theory]
    [InlineData("conf/missing", "the artifact has no such file")]
    [InlineData("conf/wrong", "line 2: There is no service 'nope'; the environment has db")]
    [InlineData("conf/bytes", "it is not UTF-8 text")]
    [InlineData("conf/link", "it is not a file")]
    public async Task A_template_that_could_not_be_filled_in_is_found_before_anything_is_deployed(string template, string why)
    {
        _fixture.Git.Commit(("app/conf/wrong", "a\n{{ service.nope.port }}\n"), ("app/conf/right", "{{ service.db.address }}"));

        var failure = await Failing.WithAsync(
            "TemplateInvalid",
            () => _fixture.BuildAsync(BuildFixture.Application("printf '\\377' > conf/bytes; ln -s right conf/link") with { Templates = ["conf/right", template] }));

        Assert.Contains($"'{template}'", failure.Message, StringComparison.Ordinal);
        Assert.Contains(why, failure.Message, StringComparison.Ordinal);
        Assert.Empty(_fixture.Store.List());
    }

    // A number of seconds that no other process sleeps.
    private static string Mark() => string.Create(CultureInfo.InvariantCulture, $"{Random.Shared.Next(100_000, 999_999)}.{Environment.ProcessId}");

    // A kill is a signal, which takes its moment to arrive; a process that stays fails by the runner's time limit.
    private static async Task NobodyRunsAsync(string mark)
    {
        while (Directory.EnumerateDirectories("/proc").Any(folder => RunsWith(folder, mark))) await Task.Delay(20, TestContext.Current.CancellationToken);
    }

    private static bool RunsWith(string folder, string mark)
    {
        try
        {
            return char.IsAsciiDigit(Path.GetFileName(folder)[0]) && File.ReadAllText(Path.Combine(folder, "cmdline")).Split('\0') is ["sleep", var argument, ..] && argument == mark;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
