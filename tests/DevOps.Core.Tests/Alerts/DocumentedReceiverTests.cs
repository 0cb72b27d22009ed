using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using DevOps.Core.Tests.Hosting;

namespace DevOps.Core.Tests.Alerts;

/// <summary>The receiver's code in docs/operations.md, run as it stands there.</summary>
[Trait("Category", "Slow")]
public sealed class DocumentedReceiverTests : IAsyncDisposable
{
    private const string Asks = """

        const { secret, headers, body } = JSON.parse(require('node:fs').readFileSync(0));
        console.log(isGenuine(secret, headers, Buffer.from(body)));
        """;

    private readonly AlertBed _bed = new();
    private readonly LoopbackServer _server = LoopbackServer.InTurn(new ScriptedAnswer(200));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _bed.Dispose();
    }

    [Fact]
    public async Task It_tells_genuine_alerts_from_others()
    {
        _bed.AddWebhook("ops", _server);
        await _bed.Service.TestAsync("ops", Ct);
        var request = Assert.Single(_server.Requests);
        Assert.True(await IsGenuineAsync(AlertBed.Secret, request));
        Assert.False(await IsGenuineAsync(AlertBed.Secret, request with { Body = request.Body.Replace("Nothing", "Everything", StringComparison.Ordinal) }));
        Assert.False(await IsGenuineAsync("whsec_" + Convert.ToBase64String(new byte[32]), request));
        Assert.False(await IsGenuineAsync(AlertBed.Secret, With(request, "webhook-id", "test-another")));
        Assert.False(await IsGenuineAsync(AlertBed.Secret, With(request, "webhook-timestamp", "1614265330")));
        Assert.False(await IsGenuineAsync(AlertBed.Secret, With(request, "webhook-signature", "v1a,x v1 v2,y")));
        Assert.True(await IsGenuineAsync(AlertBed.Secret, With(request, "webhook-signature", "v1,AAAA " + request.Headers["webhook-signature"])));
    }

    private static SeenRequest With(SeenRequest request, string header, string value) =>
        request with { Headers = new Dictionary<string, string>(request.Headers, StringComparer.Ordinal) { [header] = value } };

    private static async Task<bool> IsGenuineAsync(string secret, SeenRequest request)
    {
        var start = new ProcessStartInfo("node", ["-e", Example() + Asks]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        using var process = Start(start);
        await process.StandardInput.WriteAsync(JsonSerializer.Serialize(new { secret, headers = request.Headers, body = request.Body }));
        process.StandardInput.Close();
        var said = await process.StandardOutput.ReadToEndAsync(Ct);
        await process.WaitForExitAsync(Ct);
        return bool.Parse(said);
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Assert.Skip("This machine has no Node.");
            throw;
        }
    }

    private static string Example()
    {
        const string Begin = "```js\n";
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "DevOps.psd1"))) folder = Path.GetDirectoryName(folder)!;
        var text = File.ReadAllText(Path.Combine(folder, "docs", "operations.md")).ReplaceLineEndings("\n");
        var start = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        return text[start..text.IndexOf("```", start, StringComparison.Ordinal)];
    }
}
