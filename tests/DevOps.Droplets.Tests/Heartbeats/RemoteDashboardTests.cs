using System.Globalization;
using System.Net.Sockets;
using DevOps.Core;
using DevOps.Core.Fleets;
using DevOps.Core.Heartbeats.Monitor;
using DevOps.Core.Hosts;
using DevOps.Core.Operations;
using DevOps.Droplets.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Droplets.Tests.Heartbeats;

/// <summary>A page that only a droplet itself reaches, seen from here.</summary>
public sealed class RemoteDashboardTests(LocalCloudFixture cloud)
{
    private const string Title = "<title>Heartbeats</title>";

    // The monitor's page, as far as a browser's connections go: one for the page, and one that stays open for the events.
    private const string Page = $$"""
        exec python3 -c '
        import http.server
        class Page(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def do_GET(self):
                body = b"data: hello\n\n" if self.path == "/events" else b"{{Title}}"
                self.send_response(200)
                if self.path != "/events": self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
                if self.path == "/events": self.rfile.read(1)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
        print(server.server_port, flush=True)
        server.serve_forever()'
        """;

    // Takes connections and says nothing.
    private const string Silence = """
        exec python3 -c '
        import socket
        server = socket.create_server(("127.0.0.1", 0))
        print(server.getsockname()[1], flush=True)
        taken = []
        while True: taken.append(server.accept())'
        """;

    // What had this port a moment ago has it no more.
    private const string UnusedPort = """
        python3 -c '
        import socket
        print(socket.create_server(("127.0.0.1", 0)).getsockname()[1])'
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_page_that_only_the_droplet_reaches_is_reached_at_an_address_of_this_machine()
    {
        await using var host = await cloud.Pair.ConnectAsync();
        await using var page = await Running.StartAsync(host, Page);
        await using var shown = await Shown.OpenAsync(cloud, host.Droplet, page.Port);
        using var browser = new HttpClient();
        Assert.True(shown.Address.IsLoopback);
        Assert.Equal(Title, await browser.GetStringAsync(shown.Address, Ct));
    }

    [Fact]
    public async Task Ended_it_leaves_no_port_open_on_this_machine()
    {
        await using var host = await cloud.Pair.ConnectAsync();
        await using var page = await Running.StartAsync(host, Page);
        await using var shown = await Shown.OpenAsync(cloud, host.Droplet, page.Port);
        await shown.EndAsync();
        using var client = new TcpClient();
        var failure = await Assert.ThrowsAsync<SocketException>(async () => await client.ConnectAsync(shown.Address.Host, shown.Address.Port, Ct));
        Assert.Equal(SocketError.ConnectionRefused, failure.SocketErrorCode);
    }

    [Fact]
    public async Task Ended_while_a_browser_follows_the_page_it_ends_all_the_same_and_the_browser_is_told()
    {
        await using var host = await cloud.Pair.ConnectAsync();
        await using var page = await Running.StartAsync(host, Page);
        await using var shown = await Shown.OpenAsync(cloud, host.Droplet, page.Port);
        using var browser = new HttpClient();
        await using var stream = await browser.GetStreamAsync(new Uri(shown.Address, "events"), Ct);
        using var events = new StreamReader(stream);
        Assert.Equal("data: hello", await events.ReadLineAsync(Ct));
        await shown.EndAsync();
        await IsOverAsync(events);
    }

    [Fact]
    public async Task Where_nothing_listens_the_error_names_droplet_and_port_and_no_address_is_told()
    {
        await using var host = await cloud.Pair.ConnectAsync();
        var port = int.Parse((await host.RunAsync(UnusedPort, ct: Ct)).Output, CultureInfo.InvariantCulture);
        var told = new Told();
        var failure = await FailureAsync(new RemoteDashboard(cloud.State).ShowAsync(host.Droplet, port, told, Ct));
        Assert.Equal(("MonitorNotRunning", FailureKind.Unavailable), (failure.Id, failure.Kind));
        Assert.Equal($"No heartbeat monitor answers at port {port} of droplet '{host.Droplet.Name}'.", failure.Message);
        Assert.Empty(told.Results);
    }

    [Fact]
    public async Task What_takes_connections_and_says_nothing_is_no_monitor()
    {
        await using var host = await cloud.Pair.ConnectAsync();
        await using var silence = await Running.StartAsync(host, Silence);
        var dashboard = new RemoteDashboard(cloud.State) { AnswerTimeout = TimeSpan.FromMilliseconds(200) };
        Assert.Equal("MonitorNotRunning", (await FailureAsync(dashboard.ShowAsync(host.Droplet, silence.Port, new Told(), Ct))).Id);
    }

    [Fact]
    public async Task A_droplet_that_goes_away_ends_it_with_an_error_that_names_it()
    {
        using var session = cloud.Open();
        var droplet = (await new FleetService(cloud.State, session).CreateAsync(new FleetRequest("leaving", 1), new Told(), Ct)).Droplets[0];
        await using (var host = await new HostConnector(cloud.State).ConnectAsync(droplet, Ct))
        {
            await using var page = await Running.StartAsync(host, Page);
            await using var shown = await Shown.OpenAsync(cloud, droplet, page.Port);
            await new DropletPower(cloud).OffAsync(droplet, Ct);
            Assert.Contains("'leaving-1'", (await FailureAsync(shown.Task)).Message, StringComparison.Ordinal);
        }

        await new DropletRemoval(cloud.State, session).RemoveAsync([droplet], new Told(), Ct);
    }

    private static Task<DevOpsException> FailureAsync(Task task) => Assert.ThrowsAsync<DevOpsException>(() => task);

    // An end that is told in the middle of an answer is an error to some readers, and to others just the end.
    private static async Task IsOverAsync(StreamReader events)
    {
        try
        {
            while (await events.ReadLineAsync(Ct) is not null)
            {
            }
        }
        catch (IOException)
        {
        }
    }

    /// <summary>A program on the host that listens at a port which it has chosen and written. It ends with the command that runs it.</summary>
    private sealed class Running(int port, Task running, CancellationTokenSource end) : IAsyncDisposable
    {
        public int Port => port;

        public static async Task<Running> StartAsync(HostSession host, string code)
        {
            var end = CancellationTokenSource.CreateLinkedTokenSource(Ct);
            var port = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
            var running = host.RunAsync(code, onOutput: line => port.TrySetResult(int.Parse(line.Text, CultureInfo.InvariantCulture)), ct: end.Token);
            await Task.WhenAny(port.Task, running);
            if (running.IsCompleted) Assert.Fail((await running).ErrorOutput);
            return new Running(await port.Task, running, end);
        }

        public async ValueTask DisposeAsync()
        {
            await end.CancelAsync();
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            end.Dispose();
        }
    }

    /// <summary>A dashboard that is being shown.</summary>
    private sealed class Shown(Uri address, Task task, CancellationTokenSource end) : IAsyncDisposable
    {
        public Uri Address => address;

        public Task Task => task;

        public static async Task<Shown> OpenAsync(LocalCloudFixture cloud, Droplet droplet, int port)
        {
            var end = CancellationTokenSource.CreateLinkedTokenSource(Ct);
            var address = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
            var told = new Told(message => address.TrySetResult((Uri)((ResultMessage)message).Value));
            var task = new RemoteDashboard(cloud.State).ShowAsync(droplet, port, told, end.Token);
            if (await Task.WhenAny(address.Task, task) == task) await task;
            return new Shown(await address.Task, task, end);
        }

        public async Task EndAsync()
        {
            await end.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
        }

        public async ValueTask DisposeAsync()
        {
            await end.CancelAsync();
            await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            end.Dispose();
        }
    }
}
