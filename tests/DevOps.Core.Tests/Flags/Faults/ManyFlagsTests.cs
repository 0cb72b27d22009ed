using DevOps.Core.Flags.Client;
using DevOps.Core.Flags.Evaluation;
using DevOps.Core.Tests.Hosting;

namespace DevOps.Core.Tests.Flags.Faults;

[Trait("Category", "Slow")]
public sealed class ManyFlagsTests : IAsyncLifetime
{
    private FlagBed _bed = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _bed = await FlagBed.StartAsync();

    public ValueTask DisposeAsync() => _bed.DisposeAsync();

    [Fact]
    public async Task A_client_evaluates_a_value_of_a_megabyte_and_is_told_of_another()
    {
        await SetAsync('x');
        await using var client = await FlagClient.StartAsync(new FlagSourceAddress("127.0.0.1", _bed.Master.Port), cancellation: Ct);
        Assert.Equal(new string('x', 1024 * 1024), Value());
        await SetAsync('y');
        await Eventually.IsAsync(() => Value() == new string('y', 1024 * 1024));

        string? Value() => client.Evaluate("big", FlagContext.Empty).Variant?.Value.GetString();
        Task SetAsync(char letter) => _bed.Store.ChangeAsync("big", _ => FlagBed.Of("big", $$"""{"state":"ENABLED","variants":{"v":"{{new string(letter, 1024 * 1024)}}"},"defaultVariant":"v"}"""), FlagBed.Write());
    }

    [Fact]
    public async Task A_client_evaluates_ten_thousand_flags_and_is_told_of_each_change_while_they_are_made()
    {
        await using var client = await FlagClient.StartAsync(new FlagSourceAddress("127.0.0.1", _bed.Master.Port), cancellation: Ct);
        await using var late = await FillAsync();
        await Eventually.IsAsync(() => client.Flags is { Version: 10_000, Count: 10_000 });
        Assert.All(Enumerable.Range(0, 10_000), number => Assert.True(client.IsOn($"flag-{number}") && late.IsOn($"flag-{number}")));
        await _bed.SetAsync("flag-9999", false);
        await Eventually.IsAsync(() => !client.IsOn("flag-9999", otherwise: true) && !late.IsOn("flag-9999", otherwise: true));

        async Task<FlagClient> FillAsync()
        {
            for (var start = 0; start < 10_000; start += 500) await Task.WhenAll(Enumerable.Range(start, 500).Select(number => _bed.Store.ChangeAsync($"flag-{number}", _ => FlagBed.Boolean($"flag-{number}", true), FlagBed.Write(ifVersion: 0))));
            return await FlagClient.StartAsync(new FlagSourceAddress("127.0.0.1", _bed.Master.Port), cancellation: Ct);
        }
    }
}
