using System.Text.Json;
using DevOps.Core.Flags.Definitions;
using DevOps.Core.Flags.Evaluation;
using DevOps.Model;

namespace DevOps.Core.Tests.Flags.Evaluation;

/// <summary>What flagd's own evaluator came to (written by <c>flagd-vectors.mjs</c>), and what ours comes to.</summary>
public sealed class FlagdVectorTests
{
    private static readonly JsonDocument Vectors = Read();

    public static TheoryData<string> Flags => [.. Vectors.RootElement.GetProperty("flags").EnumerateObject().Select(flag => flag.Name)];

    [Theory]
    [MemberData(nameof(Flags))]
    public void Each_context_gets_the_variant_and_the_reason_that_flagd_gives(string name)
    {
        var root = Vectors.RootElement;
        var flag = new CompiledFlag(FlagFile.Parse(name, root.GetProperty("flags").GetProperty(name)));
        FlagContext[] contexts = [.. root.GetProperty("contexts").EnumerateArray().Select(FlagContext.Of)];
        var cases = root.GetProperty("cases").EnumerateArray().Where(one => one.GetProperty("flag").ValueEquals(name)).ToArray();
        Assert.Equal(contexts.Length, cases.Length);
        Assert.Equal(
            cases.Select(one => $"{one.GetProperty("context")}: {Text(one, "variant")} {Text(one, "reason")} {Text(one, "errorCode")}"),
            contexts.Select((context, index) => $"{index}: {Describe(flag.Evaluate(context))}"));
    }

    private static JsonDocument Read()
    {
        using var stream = typeof(FlagdVectorTests).Assembly.GetManifestResourceStream("flagd-vectors.json")!;
        return JsonDocument.Parse(stream);
    }

    private static string Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString()! : string.Empty;

    private static string Describe(FlagResolution resolution)
    {
        var reason = resolution.Reason == FeatureFlagReason.TargetingMatch ? "TARGETING_MATCH" : $"{resolution.Reason}".ToUpperInvariant();
        var error = resolution.Error switch { FlagError.None => string.Empty, FlagError.ParseError => "PARSE_ERROR", FlagError.FlagNotFound => "FLAG_NOT_FOUND", _ => "GENERAL" };
        return $"{resolution.Variant?.Name} {reason} {error}";
    }
}
