using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using DevOps.Core.Flags.Client;
using DevOps.Core.Flags.Evaluation;
using DevOps.Model;

namespace DevOps.Server.Flags;

/// <summary>Writes evaluations as JSON: in the plain form of <c>GET /NAME</c>, and in that of OFREP 0.3.0 (https://github.com/open-feature/protocol).</summary>
internal static class EvaluationText
{
    private const int UsualLength = 256;

    // It is never put into a page as it is: quotes and letters of other alphabets may stay what they are.
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The plain form: <c>{"featureflag":true}</c>. A flag that is disabled has no value, which is <c>null</c>.</summary>
    /// <param name="name">The flag.</param>
    /// <param name="resolution">What it came to.</param>
    /// <returns>The JSON.</returns>
    public static ReadOnlyMemory<byte> Plain(string name, FlagResolution resolution) => Write(json =>
    {
        json.WritePropertyName(name);
        if (resolution.Variant is { } variant) variant.Value.WriteTo(json);
        else json.WriteNullValue();
    });

    /// <summary>Says that there is no such flag.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The JSON.</returns>
    public static ReadOnlyMemory<byte> NotFound(string name) => Failure(name, "FLAG_NOT_FOUND", $"There is no flag '{name}'.");

    /// <summary>Says what is wrong with a request.</summary>
    /// <param name="key">The flag that was asked for; nothing for all.</param>
    /// <param name="code">OpenFeature's code.</param>
    /// <param name="details">What is wrong.</param>
    /// <returns>The JSON.</returns>
    public static ReadOnlyMemory<byte> Failure(string? key, string code, string details) => Write(json => WriteFailure(json, key, code, details));

    /// <summary>Says why something is not done.</summary>
    /// <param name="details">Why.</param>
    /// <returns>The JSON.</returns>
    public static ReadOnlyMemory<byte> Details(string details) => Write(json => json.WriteString("errorDetails", details));

    /// <summary>One evaluation.</summary>
    /// <param name="flags">The flags.</param>
    /// <param name="name">The flag.</param>
    /// <param name="context">Whom it is evaluated for.</param>
    /// <returns>The status and the JSON.</returns>
    public static (int Status, ReadOnlyMemory<byte> Body) One(FlagSet flags, string name, FlagContext context)
    {
        var status = StatusCodes.Status200OK;
        var body = Write(json => status = WriteOne(json, flags, name, context));
        return (status, body);
    }

    /// <summary>All evaluations, in the order of the flags' names.</summary>
    /// <param name="flags">The flags.</param>
    /// <param name="context">Whom they are evaluated for.</param>
    /// <param name="newsPath">Where news of changes are followed.</param>
    /// <returns>The JSON.</returns>
    public static ReadOnlyMemory<byte> All(FlagSet flags, FlagContext context, string newsPath) => Write(json =>
    {
        json.WriteStartArray("flags");
        foreach (var flag in flags.Flags)
        {
            json.WriteStartObject();
            _ = WriteOne(json, flags, flag.Definition.Name, context);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("metadata");
        json.WriteEndObject();
        json.WriteStartArray("eventStreams");
        json.WriteStartObject();
        json.WriteString("type", "sse");
        // Without an origin, a client takes the one that it asked.
        json.WriteStartObject("endpoint");
        json.WriteString("requestUri", newsPath);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
    });

    private static int WriteOne(Utf8JsonWriter json, FlagSet flags, string name, FlagContext context)
    {
        if (flags.Find(name) is not { } flag)
        {
            WriteFailure(json, name, "FLAG_NOT_FOUND", $"There is no flag '{name}'.");
            return StatusCodes.Status404NotFound;
        }

        var resolution = flags.Evaluate(name, context);
        if (resolution.Error != FlagError.None)
        {
            var isUnreadable = resolution.Error == FlagError.ParseError;
            WriteFailure(json, name, isUnreadable ? "PARSE_ERROR" : "GENERAL", isUnreadable ? $"The rule of flag '{name}' cannot be read." : $"The rule of flag '{name}' chose something that is none of its variants.");
            return StatusCodes.Status400BadRequest;
        }

        if (resolution.Variant is not { } variant)
        {
            // Clients take an answer without a value for a fault of the service; told that there is no flag, they use their own default.
            WriteFailure(json, name, "FLAG_NOT_FOUND", resolution.Reason == FeatureFlagReason.Disabled ? $"Flag '{name}' is disabled." : $"Flag '{name}' has no default variant.");
            return StatusCodes.Status404NotFound;
        }

        json.WriteString("key", name);
        json.WritePropertyName("value");
        variant.Value.WriteTo(json);
        json.WriteString("reason", NameOf(resolution.Reason));
        json.WriteString("variant", variant.Name);
        json.WriteStartObject("metadata");
        json.WriteNumber("version", flag.Version);
        json.WriteEndObject();
        return StatusCodes.Status200OK;
    }

    private static void WriteFailure(Utf8JsonWriter json, string? key, string code, string details)
    {
        if (key is not null) json.WriteString("key", key);
        json.WriteString("errorCode", code);
        json.WriteString("errorDetails", details);
    }

    private static string NameOf(FeatureFlagReason reason) => reason switch
    {
        FeatureFlagReason.Static => "STATIC",
        FeatureFlagReason.Default => "DEFAULT",
        FeatureFlagReason.TargetingMatch => "TARGETING_MATCH",
        FeatureFlagReason.Disabled => "DISABLED",
        _ => "ERROR",
    };

    private static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> content)
    {
        var buffer = new ArrayBufferWriter<byte>(UsualLength);
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteStartObject();
            content(json);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
