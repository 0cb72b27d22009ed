using System.Globalization;
using System.Text;
using System.Text.Json;
using DevOps.Core.Flags.Evaluation.Logic;
using DevOps.Model;

namespace DevOps.Core.Flags.Definitions;

/// <summary>What a flag has to be like.</summary>
public static class FlagRules
{
    /// <summary>Names that begin so are the store's own keys.</summary>
    public const string ReservedPrefix = "ff:";

    /// <summary>The longest name, in bytes of UTF-8.</summary>
    public const int MaximalNameLength = 256;

    /// <summary>The longest definition, in characters of JSON.</summary>
    public const int MaximalLength = 4 * 1024 * 1024;

    /// <summary>Checks a name.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="DevOpsException">No flag can have that name (<c>FeatureFlagNameInvalid</c>).</exception>
    public static void CheckName(string name)
    {
        if (name.Length == 0) throw Refused("it is empty");
        if (Encoding.UTF8.GetByteCount(name) > MaximalNameLength) throw Refused($"it is longer than {MaximalNameLength} bytes");
        if (name.StartsWith(ReservedPrefix, StringComparison.Ordinal)) throw Refused($"names that begin with '{ReservedPrefix}' are the store's own");
        if (name.Any(char.IsControl)) throw Refused("it holds a control character");
        if (!IsText(name)) throw Refused("it is no valid Unicode");

        DevOpsException Refused(string why) => new(
            "FeatureFlagNameInvalid",
            FailureKind.InvalidInput,
            $"A flag cannot be named '{FlagText.Short(name)}': {why}.",
            "Choose another name.",
            name);
    }

    /// <summary>Checks a definition that is to be written.</summary>
    /// <param name="flag">The definition.</param>
    /// <returns>The same.</returns>
    /// <exception cref="DevOpsException">It cannot be right (<c>FeatureFlagInvalid</c>); the message says why.</exception>
    public static FlagDefinition Check(FlagDefinition flag)
    {
        CheckName(flag.Name);
        CheckShape(flag);
        if (flag.Targeting is { } rule) CheckRule(flag, rule);
        var length = FlagFile.Write([flag]).Length;
        return length <= MaximalLength ? flag : throw Invalid(flag.Name, string.Create(CultureInfo.InvariantCulture, $"its definition has {length:N0} characters, and {MaximalLength:N0} are the most"));
    }

    /// <summary>Checks what an evaluation relies on. A rule that cannot be read is let through: another version may have written it, and its evaluation says so.</summary>
    /// <param name="flag">The definition.</param>
    /// <returns>The same.</returns>
    /// <exception cref="DevOpsException">It cannot be right (<c>FeatureFlagInvalid</c>); the message says why.</exception>
    internal static FlagDefinition CheckShape(FlagDefinition flag)
    {
        if (flag.Variants.Count == 0) throw Invalid(flag.Name, "it has no variants");
        foreach (var variant in flag.Variants)
        {
            if (variant.Name.Length == 0) throw Invalid(flag.Name, "a variant has no name");
            if (variant.Value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined) throw Invalid(flag.Name, $"its variant '{variant.Name}' has no value");
            if (FlagValues.TypeOf(variant.Value) != flag.Type) throw Invalid(flag.Name, $"its variants are of different types: '{flag.Variants[0].Name}' is {NameOf(flag.Type)}, '{variant.Name}' is {NameOf(FlagValues.TypeOf(variant.Value))}");
        }

        if (flag.DefaultVariant is { } name && flag.Default is null) throw Invalid(flag.Name, $"its default variant '{name}' is none of its variants ({string.Join(", ", flag.Variants.Select(variant => variant.Name))})");
        if (flag.Targeting is { ValueKind: not JsonValueKind.Object }) throw Invalid(flag.Name, "its targeting is no JSON object");
        if (flag.Metadata is { ValueKind: not JsonValueKind.Object }) throw Invalid(flag.Name, "its metadata is no object");
        return flag;
    }

    /// <summary>Says that a definition cannot be right.</summary>
    internal static DevOpsException Invalid(string name, string why) => new(
        "FeatureFlagInvalid",
        FailureKind.InvalidInput,
        $"The flag '{FlagText.Short(name)}' is refused: {why}.",
        "See 'Get-Help Set-FeatureFlag -Full', and https://flagd.dev/reference/flag-definitions/ for rules.",
        name);

    /// <summary>Names a type in a sentence.</summary>
    internal static string NameOf(FeatureFlagType type) => type == FeatureFlagType.Json ? "JSON" : $"a {type}";

    private static void CheckRule(FlagDefinition flag, JsonElement rule)
    {
        try
        {
            LogicCompiler.Compile(rule);
        }
        catch (FormatException failure)
        {
            throw Invalid(flag.Name, $"its targeting cannot be read: {failure.Message}");
        }
    }

    private static bool IsText(string text)
    {
        for (var index = 0; index < text.Length; index++)
        {
            if (!char.IsSurrogate(text[index])) continue;
            if (index + 1 == text.Length || !char.IsSurrogatePair(text[index], text[index + 1])) return false;
            index++;
        }

        return true;
    }
}
