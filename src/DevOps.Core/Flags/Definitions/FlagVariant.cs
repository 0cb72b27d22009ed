using System.Text.Json;

namespace DevOps.Core.Flags.Definitions;

/// <summary>One of the values that a flag can have.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">The value.</param>
public sealed record FlagVariant(string Name, JsonElement Value);
