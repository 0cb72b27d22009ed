using System.Net;
using System.Net.Security;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DevOps.Server.Tests.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace DevOps.Server.Tests.Balancing;

/// <summary>Every kind of traffic that an application may have: large bodies, streams, events, WebSocket, TLS, HTTP/2; and what is written down of it.</summary>
[Trait("Category", "Slow")]
public sealed class TrafficTests : IDisposable
{
    private readonly BackendServer _production = new("production");
    private readonly BackendServer _canary = new("canary");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <inheritdoc/>
    public void Dispose()
    {
        _production.Dispose();
        _canary.Dispose();
    }

    [Theory]
    [InlineData("/size/0", 0)]
    [InlineData("/size/65536", 65_536)]
    [InlineData("/size/65537", 65_537)]
    [InlineData("/size/50000000", 50_000_000)]
    [InlineData("/chunks/1000", 5_000)]
    public async Task An_answer_of_any_size_arrives_whole(string path, int size)
    {
        await using var balancer = await StartAsync();
        using var http = new HttpClient { BaseAddress = balancer.Uri };
        for (var request = 0; request < 3; request++) Assert.Equal(size, (await http.GetByteArrayAsync(path, Cancellation)).Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_request_body_of_any_size_arrives_whole(bool isChunked)
    {
        await using var balancer = await StartAsync();
        using var http = new HttpClient { BaseAddress = balancer.Uri };
        foreach (var size in (int[])[1, 65_536, 20_000_000])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new ByteArrayContent(new byte[size]) };
            request.Headers.TransferEncodingChunked = isChunked;
            using var answer = await http.SendAsync(request, Cancellation);
            Assert.EndsWith($" {size}", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_event_arrives_while_the_next_one_is_not_sent_yet()
    {
        await using var balancer = await StartAsync();
        using var http = new HttpClient { BaseAddress = balancer.Uri };
        await using var stream = await http.GetStreamAsync("/events/1000", Cancellation);
        using var reader = new StreamReader(stream);
        // The whole stream would last fifty seconds longer than the test allows itself to wait for its beginning.
        Assert.Equal("data: 1", await reader.ReadLineAsync(Cancellation).AsTask().WaitAsync(TimeSpan.FromSeconds(20), Cancellation));
    }

    [Fact]
    public async Task The_head_of_an_answer_has_no_body()
    {
        await using var balancer = await StartAsync();
        using var http = new HttpClient { BaseAddress = balancer.Uri };
        using var request = new HttpRequestMessage(HttpMethod.Head, "/");
        using var answer = await http.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_WebSocket_passes_in_both_directions()
    {
        await using var echo = await StartEchoAsync();
        await using var balancer = await RunningBalancer.StartAsync(RunningBalancer.TwoToOne(new Uri(echo.Urls.Single()), _canary.Uri));
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(balancer.Uri) { Scheme = "ws", Path = "/echo" }.Uri, Cancellation);
        var buffer = new byte[100];
        foreach (var word in (string[])["one", "two"])
        {
            await socket.SendAsync(System.Text.Encoding.UTF8.GetBytes(word), WebSocketMessageType.Text, endOfMessage: true, Cancellation);
            var result = await socket.ReceiveAsync(buffer, Cancellation);
            Assert.Equal(word, System.Text.Encoding.UTF8.GetString(buffer, 0, result.Count));
        }
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Clients_are_served_over_TLS_in_either_version_of_HTTP(string version)
    {
        using var files = CertificateFiles.Make("shop.example");
        await using var balancer = await RunningBalancer.StartAsync(RunningBalancer.TwoToOne(_production.Uri, _canary.Uri) with { CertificateFile = files.Certificate, KeyFile = files.Key });
        using var http = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Subject == "CN=shop.example",
            },
        })
        { BaseAddress = balancer.Uri };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/echo") { Version = Version.Parse(version), VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var answer = await http.SendAsync(request, Cancellation);
        Assert.Equal(Version.Parse(version), answer.Version);
        Assert.Contains("X-Forwarded-Proto: https", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_access_log_has_a_line_a_request_in_the_combined_format_whatever_clients_send()
    {
        await using var balancer = await StartAsync();
        using var http = new HttpClient { BaseAddress = balancer.Uri };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/a?b=c");
        request.Headers.TryAddWithoutValidation("User-Agent", "evil\" 200 \\ agent");
        request.Headers.Referrer = new Uri("http://elsewhere.example/");
        using var answer = await http.SendAsync(request, Cancellation);
        await balancer.StopAsync();
        var line = Assert.Single(await File.ReadAllLinesAsync(balancer.Files.AccessLogFile, Cancellation));
        Assert.Matches("""^127\.0\.0\.1 - - \[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d \+0000\] "GET /a\?b=c HTTP/1\.1" 200 12 "http://elsewhere\.example/" "evil\\x22 200 \\x5C agent"$""", line);
    }

    [Fact]
    public async Task The_access_log_counts_the_bytes_of_answers_whose_length_nobody_knows_beforehand()
    {
        await using var balancer = await StartAsync();
        using var http = new HttpClient { BaseAddress = balancer.Uri };
        await http.GetByteArrayAsync("/chunks/1000", Cancellation);
        await balancer.StopAsync();
        Assert.Contains("\"GET /chunks/1000 HTTP/1.1\" 200 5000 ", await File.ReadAllTextAsync(balancer.Files.AccessLogFile, Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_status_port_tells_metrics_and_readiness()
    {
        await using var balancer = await RunningBalancer.StartAsync(RunningBalancer.TwoToOne(_production.Uri, _canary.Uri) with { StatusPort = FreePort.Find() });
        await Load.RunAsync(balancer.Uri, 30);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{balancer.Files.ReadSettings()!.StatusPort}/") };
        Assert.Equal("ready 2:1\n", await http.GetStringAsync("ready", Cancellation));
        var metrics = await http.GetStringAsync("metrics", Cancellation);
        Assert.Contains("devops_balancer_requests_total{balancer=\"shop\",code=\"2xx\"} 30\n", metrics, StringComparison.Ordinal);
        Assert.Contains("devops_balancer_backend_attempts_total{balancer=\"shop\",backend=\"canary\",role=\"canary\"} 10\n", metrics, StringComparison.Ordinal);
        Assert.Contains("devops_balancer_backend_latency_seconds_count{balancer=\"shop\",backend=\"canary\",role=\"canary\"} 10\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_name_of_the_backend_can_be_kept_to_oneself()
    {
        await using var balancer = await RunningBalancer.StartAsync(RunningBalancer.TwoToOne(_production.Uri, _canary.Uri) with { ShowsServedBy = false });
        using var http = new HttpClient { BaseAddress = balancer.Uri };
        using var answer = await http.GetAsync("/", Cancellation);
        Assert.False(answer.Headers.Contains("X-Served-By"));
    }

    private static async Task<WebApplication> StartEchoAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var application = builder.Build();
        application.UseWebSockets();
        application.Run(async context =>
        {
            if (!context.WebSockets.IsWebSocketRequest) return;
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            var buffer = new byte[100];
            while (await socket.ReceiveAsync(buffer, context.RequestAborted) is { MessageType: not WebSocketMessageType.Close } got)
            {
                await socket.SendAsync(buffer.AsMemory(0, got.Count), got.MessageType, got.EndOfMessage, context.RequestAborted);
            }
        });
        await application.StartAsync(Cancellation);
        return application;
    }

    private Task<RunningBalancer> StartAsync() => RunningBalancer.StartAsync(RunningBalancer.TwoToOne(_production.Uri, _canary.Uri));

    /// <summary>A certificate of its own, in the files that a balancer takes.</summary>
    private sealed class CertificateFiles : IDisposable
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("tls-").FullName;

        public string Certificate => Path.Combine(_folder, "certificate.pem");

        public string Key => Path.Combine(_folder, "key.pem");

        public static CertificateFiles Make(string name)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
            using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
            var files = new CertificateFiles();
            File.WriteAllText(files.Certificate, certificate.ExportCertificatePem());
            File.WriteAllText(files.Key, key.ExportPkcs8PrivateKeyPem());
            return files;
        }

        public void Dispose() => Directory.Delete(_folder, recursive: true);
    }
}
