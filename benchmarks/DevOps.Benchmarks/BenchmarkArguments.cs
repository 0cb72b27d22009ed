namespace DevOps.Benchmarks;

/// <summary>What stands on the command line: <c>[BENCHMARK …] [--option[=value] …]</c>.</summary>
/// <param name="Names">The benchmarks to run; all of them when there is none.</param>
/// <param name="Options">The options in their order, without hyphens; the value is empty when there is none.</param>
internal sealed record BenchmarkArguments(IReadOnlyList<string> Names, IReadOnlyList<KeyValuePair<string, string>> Options)
{
    private const string Prefix = "--";

    /// <summary>Reads a command line.</summary>
    /// <param name="args">The command line. Names may also stand in one text with commas between them.</param>
    /// <returns>What stands there.</returns>
    public static BenchmarkArguments Read(IReadOnlyList<string> args) => new(
        [.. args.Where(argument => !IsOption(argument)).SelectMany(SplitList)],
        [.. args.Where(IsOption).Select(ReadOption)]);

    /// <summary>Takes a list apart.</summary>
    /// <param name="text">The list, with commas.</param>
    /// <returns>Its entries, without those that are empty.</returns>
    public static string[] SplitList(string text) =>
        text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Takes a text apart at the first separator.</summary>
    /// <param name="text">The text.</param>
    /// <param name="separator">The separator.</param>
    /// <returns>What stands before it and behind it; nothing behind when there is none.</returns>
    public static (string Before, string Behind) SplitPair(string text, char separator)
    {
        var position = text.IndexOf(separator, StringComparison.Ordinal);
        return position < 0 ? (text, string.Empty) : (text[..position], text[(position + 1)..]);
    }

    private static bool IsOption(string argument) => argument.StartsWith(Prefix, StringComparison.Ordinal);

    private static KeyValuePair<string, string> ReadOption(string argument)
    {
        var (name, value) = SplitPair(argument[Prefix.Length..], '=');
        return new KeyValuePair<string, string>(name, value);
    }
}
