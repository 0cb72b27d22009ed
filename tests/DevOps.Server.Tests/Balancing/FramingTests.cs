using System.Net.Sockets;
using System.Text;
using DevOps.Server.Tests.Hosting;

namespace DevOps.Server.Tests.Balancing;

/// <summary>
/// Requests that two readers could read in two ways (RFC 9112, 6; request smuggling), and requests that never end: refused,
/// and never passed on.
/// </summary>
[Trait("Category", "Slow")]
public sealed class FramingTests(FramingTests.Bed bed) : IClassFixture<FramingTests.Bed>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("conflicting lengths and chunks", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("chunks and length in the other order", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n")]
    [InlineData("two different lengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!")]
    [InlineData("two lengths in one header", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 6\r\n\r\nhello!")]
    [InlineData("a negative length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n")]
    [InlineData("a length that is no number", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x5\r\n\r\nhello")]
    [InlineData("a coding after chunked", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n")]
    [InlineData("a coding that is not chunked", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n")]
    [InlineData("a space before the colon", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("a folded header", "POST / HTTP/1.1\r\nHost: a\r\nX: b\r\n Transfer-Encoding: chunked\r\n\r\n")]
    [InlineData("a header without a name", "GET / HTTP/1.1\r\nHost: a\r\n: chunked\r\n\r\n")]
    [InlineData("a header without a colon", "GET / HTTP/1.1\r\nHost: a\r\nchunked\r\n\r\n")]
    [InlineData("a zero in a header", "GET / HTTP/1.1\r\nHost: a\r\nX: b\0c\r\n\r\n")]
    [InlineData("a lone carriage return in a header", "GET / HTTP/1.1\r\nHost: a\r\nX: b\rTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")]
    [InlineData("no host", "GET / HTTP/1.1\r\n\r\n")]
    [InlineData("a host with a space", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n")]
    [InlineData("an unknown version", "GET / HTTP/3.7\r\nHost: a\r\n\r\n")]
    [InlineData("a request line of two words", "GET /\r\nHost: a\r\n\r\n")]
    [InlineData("a target with a space", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("a chunk size that is no number", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n")]
    [InlineData("a chunk size that overflows", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nhello\r\n0\r\n\r\n")]
    public async Task A_request_that_can_be_read_in_two_ways_is_refused(string about, string request)
    {
        var before = bed.Requests;
        var answer = await SendAsync(bed.Uri, request + "GET /smuggled HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        Assert.True(answer.StartsWith("HTTP/1.1 4", StringComparison.Ordinal) || answer.StartsWith("HTTP/1.1 505", StringComparison.Ordinal), $"{about}: {answer}");
        Assert.DoesNotContain("200 OK", answer, StringComparison.Ordinal);
        // A body that breaks off in the middle may have been begun to be passed on, but no request was ever whole.
        Assert.Equal(before, bed.Requests);
    }

    [Fact]
    public async Task What_a_client_says_about_where_it_comes_from_is_not_passed_on()
    {
        var answer = await SendAsync(bed.Uri, "GET /echo HTTP/1.1\r\nHost: shop.example\r\nX-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Proto: https\r\nForwarded: for=6.6.6.6\r\nConnection: close, X-Secret\r\nX-Secret: 1\r\n\r\n");
        Assert.Contains("X-Forwarded-For: 127.0.0.1\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("X-Forwarded-Proto: http\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("X-Forwarded-Host: shop.example", answer, StringComparison.Ordinal);
        Assert.Contains("Host: shop.example\r\n", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("6.6.6.6", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_length_with_a_sign_reaches_the_backend_as_a_plain_number()
    {
        var answer = await SendAsync(bed.Uri, "POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: +5\r\n\r\nhello");
        Assert.Contains("Content-Length: 5", answer.Split("\r\n\r\n")[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_sends_a_byte_a_second_keeps_nobody_waiting_and_is_sent_away()
    {
        var slow = Task.Run(async () =>
        {
            using var client = new TcpClient(bed.Uri.Host, bed.Uri.Port);
            var stream = client.GetStream();
            var answer = new StreamReader(stream).ReadToEndAsync(Cancellation);
            foreach (var character in "GET /slow HTTP/1.1\r\nHost: a\r\nX-Long: " + new string('x', 60))
            {
                if (answer.IsCompleted) break;
                await stream.WriteAsync(new[] { (byte)character }, Cancellation);
                await Task.WhenAny(answer, Task.Delay(1_000, Cancellation));
            }

            return await answer;
        }, Cancellation);
        var others = await Load.UntilAsync(bed.Uri, slow, atOnce: 2, pause: TimeSpan.FromMilliseconds(5));
        Assert.Empty(others.Faults);
        Assert.StartsWith("HTTP/1.1 408", await slow, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headers_beyond_the_limit_are_refused()
    {
        var before = bed.Requests;
        var answer = await SendAsync(bed.Uri, $"GET / HTTP/1.1\r\nHost: a\r\nX-Long: {new string('x', 100_000)}\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 431", answer, StringComparison.Ordinal);
        Assert.Equal(before, bed.Requests);
    }

    [Fact]
    public async Task A_body_beyond_the_limit_is_refused()
    {
        using var production = new BackendServer("production");
        using var canary = new BackendServer("canary");
        await using var balancer = await RunningBalancer.StartAsync(RunningBalancer.TwoToOne(production.Uri, canary.Uri) with { MaxRequestBody = 1_000 });
        var answer = await SendAsync(balancer.Uri, $"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2000\r\n\r\n{new string('x', 2_000)}");
        Assert.StartsWith("HTTP/1.1 413", answer, StringComparison.Ordinal);
    }

    private static async Task<string> SendAsync(Uri uri, string text)
    {
        using var client = new TcpClient(uri.Host, uri.Port);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        var stream = client.GetStream();
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(text), Cancellation);
        }
        catch (IOException)
        {
            // It has answered and closed before it had everything.
        }

        var answer = new StringBuilder();
        var buffer = new byte[16 * 1024];
        try
        {
            while (await stream.ReadAsync(buffer, limit.Token) is > 0 and var read) answer.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }
        catch (IOException)
        {
            // What has come before the connection was reset counts.
        }

        return answer.ToString();
    }

    /// <summary>One balancer for all these tests, which change nothing about it.</summary>
    public sealed class Bed : IAsyncLifetime
    {
        private readonly BackendServer _production = new("production");
        private readonly BackendServer _canary = new("canary");
        private RunningBalancer? _balancer;

        public Uri Uri => _balancer!.Uri;

        public int Requests => _production.Requests + _canary.Requests;

        public async ValueTask InitializeAsync() => _balancer = await RunningBalancer.StartAsync(RunningBalancer.TwoToOne(_production.Uri, _canary.Uri));

        public async ValueTask DisposeAsync()
        {
            if (_balancer is not null) await _balancer.DisposeAsync();
            _production.Dispose();
            _canary.Dispose();
        }
    }
}
