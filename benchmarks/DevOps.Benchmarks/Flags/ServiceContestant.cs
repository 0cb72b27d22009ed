using System.Text.Json;
using DevOps.Benchmarks.Balancer;
using DevOps.Core.Flags.Client;
using DevOps.Core.Flags.Service;

namespace DevOps.Benchmarks.Flags;

/// <summary>Our feature flag service, as <c>Start-FeatureFlagService</c> sets it up.</summary>
/// <param name="variant">What it is called in the figures, and what is changed.</param>
/// <param name="source">The Redis that it reads.</param>
/// <param name="token">The token of the application that asks.</param>
internal sealed class ServiceContestant(OursVariant variant, FlagSourceAddress source, string token) : IContestant
{
    /// <inheritdoc/>
    public string Name => variant.Name;

    /// <inheritdoc/>
    public string ReadyPath => FlagServiceNames.HealthPath;

    /// <inheritdoc/>
    public async Task<ContestantCommand> PrepareAsync(ContestantPlace place, Setting setting, CancellationToken cancellation)
    {
        var program = variant.ProgramIn(setting.Root);
        var settings = new FlagServiceSettings
        {
            Server = "bench",
            Node = "bench",
            ListenAddresses = ["127.0.0.1"],
            Port = place.Port,
            Source = source,
            SnapshotFile = Path.Combine(place.Folder, "flags.json"),
            Tokens = [new FlagServiceToken("shop", FlagServiceToken.HashOf(token), DateTimeOffset.UnixEpoch)],
        };
        var file = Path.Combine(place.Folder, "settings.json");
        await File.WriteAllBytesAsync(file, JsonSerializer.SerializeToUtf8Bytes(settings, JsonSerializerOptions.Web), cancellation);
        return new ContestantCommand([Tools.Find("dotnet"), program, FlagServiceNames.Role, "--settings", file, "--socket", Path.Combine(place.Folder, "socket")], variant.Over(FlagServiceVariables.All));
    }
}
