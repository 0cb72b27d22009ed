using System.Text.Json;
using DevOps.Core.Flags.Service;
using DevOps.Core.Tests.Flags;
using DevOps.Core.Tests.Hosting;
using DevOps.Server.Tests.Heartbeats.Page;
using DevOps.Server.Tests.Hosting;
using Microsoft.Playwright;

namespace DevOps.Server.Tests.Flags;

/// <summary>OpenFeature's own clients, as they come from npm, against the service.</summary>
[Trait("Category", "Slow")]
public sealed class OpenFeatureTests(OpenFeaturePackages packages, Browser browser) : IClassFixture<OpenFeaturePackages>, IAsyncLifetime
{
    private readonly RunningFlagService _service = new();

    public async ValueTask InitializeAsync()
    {
        await _service.InitializeAsync();
        await SetAsync("colour", """{"state":"ENABLED","variants":{"red":"red","blue":"blue"},"defaultVariant":"red","targeting":{"if":[{"==":[{"var":"country"},"NO"]},"blue",null]}}""");
        await SetAsync("rate", """{"state":"ENABLED","variants":{"low":0.25},"defaultVariant":"low"}""");
        await SetAsync("limits", """{"state":"ENABLED","variants":{"all":{"rows":[1,2]}},"defaultVariant":"all"}""");
        await SetAsync("resting", """{"state":"DISABLED","variants":{"on":true,"off":false},"defaultVariant":"off"}""");
        await Eventually.IsAsync(async () => (await _service.DescribeAsync()).FlagCount == 5);
    }

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task The_client_for_servers_gets_values_of_all_types_and_its_own_default_where_there_is_none()
    {
        packages.Require();
        var told = JsonElement.Parse(await packages.AskAsync(_service.Http.BaseAddress!, await _service.AdmitAsync("server")));
        Assert.Equal("""(true, "STATIC", "on")""", Details("boolean"));
        Assert.Equal("""("blue", "TARGETING_MATCH", "blue")""", Details("text"));
        Assert.Equal("""(0.25, "STATIC", "low")""", Details("number"));
        Assert.Equal("""({"rows":[1,2]}, "STATIC", "all")""", Details("object"));
        Assert.Equal((true, "FLAG_NOT_FOUND"), (told.GetProperty("disabled").GetProperty("value").GetBoolean(), told.GetProperty("disabled").GetProperty("errorCode").GetString()));
        Assert.Equal(("mine", "FLAG_NOT_FOUND"), (told.GetProperty("missing").GetProperty("value").GetString(), told.GetProperty("missing").GetProperty("errorCode").GetString()));

        string Details(string name)
        {
            var details = told.GetProperty(name);
            return $"({details.GetProperty("value").GetRawText()}, {details.GetProperty("reason").GetRawText()}, {details.GetProperty("variant").GetRawText()})";
        }
    }

    [Fact]
    public async Task The_client_for_browsers_asks_from_another_origin_and_is_told_of_a_change()
    {
        packages.Require();
        await _service.StartAsync(new FlagServiceChanges { AllowedOrigins = [packages.Pages.GetLeftPart(UriPartial.Authority)] });
        var token = await _service.AdmitAsync("web");
        await Eventually.IsAsync(async () =>
        {
            using var response = await _service.GetAsync("featureflag");
            return !response.IsSuccessStatusCode;
        });

        await using var visit = await browser.VisitAsync(new Uri(packages.Pages, $"page.html?base={_service.Http.BaseAddress!.GetLeftPart(UriPartial.Authority)}&token={token}"));
        await Says("true blue");
        await _service.Bed.SetAsync("featureflag", false);
        await Says("false blue");
        Assert.Empty(visit.Complaints);

        Task Says(string text) => Assertions.Expect(visit.Page.Locator("output")).ToHaveTextAsync(text);
    }

    private async Task SetAsync(string name, string definition) => await _service.Bed.Store.ChangeAsync(name, _ => FlagBed.Of(name, definition), FlagBed.Write());
}
