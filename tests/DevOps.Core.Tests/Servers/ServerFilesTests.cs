using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using DevOps.Core.Servers;
using DevOps.Core.State;
using DevOps.Core.Tests.Hosting;
using DevOps.Server.Tests.Hosting;

namespace DevOps.Core.Tests.Servers;

[Trait("Category", "Slow")]
public sealed class ServerFilesTests : IDisposable
{
    private readonly TestState _state = new();

    public void Dispose() => _state.Dispose();

    [Fact]
    public void The_same_server_is_always_found_at_the_same_place()
    {
        Assert.Equal(ServerFiles.For(_state.State, "worker", "one"), ServerFiles.For(_state.State, "worker", "one"));
    }

    [Fact]
    public void Another_installation_has_another_socket()
    {
        using var other = new TestState();
        Assert.NotEqual(ServerFiles.For(_state.State, "worker", "one").SocketFile, ServerFiles.For(other.State, "worker", "one").SocketFile);
    }

    [Fact]
    public void A_socket_stands_in_the_state_folder_whatever_variables_the_session_has()
    {
        Assert.Equal(_state.State.PathOf("run"), Path.GetDirectoryName(ServerFiles.For(_state.State, "worker", "one").SocketFile));
    }

    [Fact]
    public void An_installation_that_is_reached_through_a_link_has_the_same_sockets()
    {
        var link = Path.Combine(Path.GetDirectoryName(_state.State.Folder())!, "link");
        Directory.CreateSymbolicLink(link, _state.State.Root);
        var name = Path.GetFileName(ServerFiles.For(_state.State, "worker", "one").SocketFile);
        Assert.Equal(name, Path.GetFileName(ServerFiles.For(StateFolder.Open(link), "worker", "one").SocketFile));
    }

    [Fact]
    public void A_state_folder_too_deep_for_a_socket_has_them_in_the_runtime_folder()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Whether others have a runtime folder is not known.");
        var deep = _state.State.PathOf(new string('d', 100));
        var first = ServerFiles.For(StateFolder.Open(deep + "1"), "worker", "one").SocketFile;
        Assert.Equal("/run/devops", Path.GetDirectoryName(first));
        Assert.NotEqual(first, ServerFiles.For(StateFolder.Open(deep + "2"), "worker", "one").SocketFile);
    }

    [Fact]
    public void An_instance_with_any_name_gets_a_short_path_in_a_folder_of_its_owner()
    {
        var files = ServerFiles.For(_state.State, "worker", new string('/', 500));
        Assert.InRange(files.SocketFile.Length, 1, 103);
        Assert.Equal(_state.State.PathOf("logs"), Path.GetDirectoryName(files.LogFile));
        if (OperatingSystem.IsWindows()) return;
        var owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Assert.Equal(owner, File.GetUnixFileMode(Path.GetDirectoryName(files.SocketFile)!));
    }

    [Fact]
    public void The_process_at_a_port_is_named()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        Assert.Contains($"(process {Environment.ProcessId})", PortOwner.Describe(port), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_process_at_a_port_is_named_also_while_it_opens_and_closes_others()
    {
        // Its descriptors come after these, so that whoever looks for it meets them on the way.
        var others = Enumerable.Range(0, 100).Select(_ => File.OpenRead("/dev/null")).ToArray();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var end = new CancellationTokenSource();
        var churning = Task.Run(() =>
        {
            for (var i = 0; !end.IsCancellationRequested; i = (i + 1) % others.Length)
            {
                others[i].Dispose();
                others[i] = File.OpenRead("/dev/null");
            }
        }, TestContext.Current.CancellationToken);
        string?[] found;
        try
        {
            found = [.. Enumerable.Range(0, 20).Select(_ => PortOwner.Describe(port))];
        }
        finally
        {
            await end.CancelAsync();
            await churning;
            foreach (var other in others) await other.DisposeAsync();
        }

        Assert.All(found, description => Assert.Contains($"(process {Environment.ProcessId})", description, StringComparison.Ordinal));
    }

    [Fact]
    public void Nobody_is_named_at_a_port_where_nobody_listens() => Assert.Null(PortOwner.Describe(FreePort.Find()));

    [Fact]
    public async Task An_ended_process_that_nobody_collects_is_not_alive()
    {
        // The shell becomes sleep, which never asks how its child ended. The child waits for that, since the shell itself would ask.
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("exec 3<&0; { read -r line <&3; } & echo $!; exec sleep 60");
        using var parent = Process.Start(start)!;
        try
        {
            var child = int.Parse((await parent.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!, CultureInfo.InvariantCulture);
            while ((await File.ReadAllTextAsync($"/proc/{parent.Id}/comm", TestContext.Current.CancellationToken)).Trim() != "sleep") await Task.Delay(10, TestContext.Current.CancellationToken);
            Assert.True(ProcessLiveness.IsAlive(child));
            await parent.StandardInput.WriteLineAsync("end".AsMemory(), TestContext.Current.CancellationToken);
            await parent.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
            while (ProcessLiveness.IsAlive(child)) await Task.Delay(10, TestContext.Current.CancellationToken);
            Assert.True(Directory.Exists($"/proc/{child}"));
        }
        finally
        {
            parent.Kill();
        }
    }
}
