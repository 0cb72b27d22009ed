using System.Text.Json;
using DevOps.Core.Flags.Evaluation;

namespace DevOps.Server.Flags;

/// <summary>What a request says about whom flags are evaluated for.</summary>
/// <param name="Context">Whom.</param>
/// <param name="Failure">What is wrong with the request, as JSON; nothing when nothing is.</param>
internal readonly record struct FlagRequest(FlagContext Context, ReadOnlyMemory<byte>? Failure)
{
    /// <summary>Reads the body of a request: <c>{"context":{"targetingKey":"user-1","country":"NO"}}</c>. Without one, it is nobody in particular.</summary>
    /// <param name="context">The exchange.</param>
    /// <param name="name">The flag that is asked for; nothing for all.</param>
    /// <returns>What it says.</returns>
    public static async Task<FlagRequest> ReadAsync(HttpContext context, string? name)
    {
        if (context.Request.ContentLength is 0 or null && context.Request.Headers.TransferEncoding.Count == 0) return new FlagRequest(FlagContext.Empty, null);
        try
        {
            using var document = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
            if (document.RootElement.ValueKind != JsonValueKind.Object) return Wrong(name, "PARSE_ERROR", "The request is no JSON object.");
            if (!document.RootElement.TryGetProperty("context", out var attributes) || attributes.ValueKind == JsonValueKind.Null) return new FlagRequest(FlagContext.Empty, null);
            if (attributes.ValueKind != JsonValueKind.Object) return Wrong(name, "INVALID_CONTEXT", "The context is no JSON object.");
            // What is kept of it must outlive the document.
            return new FlagRequest(FlagContext.Of(attributes.Clone()), null);
        }
        catch (JsonException)
        {
            return Wrong(name, "PARSE_ERROR", "The request is no JSON.");
        }
    }

    /// <summary>Reads a query: each of its names is an attribute, a text.</summary>
    /// <param name="request">The request.</param>
    /// <returns>The context.</returns>
    public static FlagContext ContextOf(HttpRequest request)
    {
        if (!request.QueryString.HasValue || request.Query.Count == 0) return FlagContext.Empty;
        var attributes = request.Query.ToDictionary(attribute => attribute.Key, attribute => attribute.Value.Count > 0 ? attribute.Value[^1] : string.Empty, StringComparer.Ordinal);
        return FlagContext.Of(JsonSerializer.SerializeToElement(attributes, FlagRequestJson.Default.DictionaryStringString));
    }

    private static FlagRequest Wrong(string? name, string code, string details) => new(FlagContext.Empty, EvaluationText.Failure(name, code, details));
}
