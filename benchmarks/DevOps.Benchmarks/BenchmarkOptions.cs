using System.Globalization;

namespace DevOps.Benchmarks;

/// <summary>How benchmarks are to run. Each heeds what applies to it.</summary>
internal sealed record BenchmarkOptions
{
    /// <summary>How often each load is put on each contestant.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>How many seconds each time.</summary>
    public int Seconds { get; init; } = 5;

    /// <summary>How many seconds each contestant is warmed up.</summary>
    public int WarmUpSeconds { get; init; } = 15;

    /// <summary>The contestants; all of them when there is none.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>The loads; all of them when there is none.</summary>
    public IReadOnlyList<string> Loads { get; init; } = [];

    /// <summary>Whether the contestants have the first processor for themselves, and load and backends the others.</summary>
    public bool IsPinned { get; init; }

    /// <summary>Environment variables of ours beside, or instead of, the usual ones.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>More contestants, each of them ours with something changed.</summary>
    public IReadOnlyList<OursVariant> Variants { get; init; } = [];

    /// <summary>Ours, and each variant of it with the variables of ours beside its own.</summary>
    public IReadOnlyList<OursVariant> Ours =>
    [
        new OursVariant(Figure.Ours, Variables, ProgramFile: null),
        .. Variants.Select(variant => variant with { Variables = variant.Over(Variables) }),
    ];

    /// <summary>Reads the options.</summary>
    /// <param name="options">The options of the command line.</param>
    /// <returns>How to run.</returns>
    /// <exception cref="BenchmarkException">There is no such option, or it cannot have such a value.</exception>
    public static BenchmarkOptions Read(IEnumerable<KeyValuePair<string, string>> options) => options.Aggregate(new BenchmarkOptions(), Apply);

    /// <summary>Chooses the contestants.</summary>
    /// <typeparam name="T">What a contestant is.</typeparam>
    /// <param name="all">All of them.</param>
    /// <param name="nameOf">Tells the name of one.</param>
    /// <returns>Those that are wanted.</returns>
    /// <exception cref="BenchmarkException">There is none of a name that is wanted.</exception>
    public List<T> ChooseContestants<T>(IReadOnlyList<T> all, Func<T, string> nameOf) => Choose(Only, all, nameOf, "contestant");

    /// <summary>Chooses the loads.</summary>
    /// <typeparam name="T">What a load is.</typeparam>
    /// <param name="all">All of them.</param>
    /// <param name="nameOf">Tells the name of one.</param>
    /// <returns>Those that are wanted.</returns>
    /// <exception cref="BenchmarkException">There is none of a name that is wanted.</exception>
    public List<T> ChooseLoads<T>(IReadOnlyList<T> all, Func<T, string> nameOf) => Choose(Loads, all, nameOf, "load");

    private static List<T> Choose<T>(IReadOnlyList<string> names, IReadOnlyList<T> all, Func<T, string> nameOf, string what)
    {
        var unknown = names.Except(all.Select(nameOf), StringComparer.Ordinal).ToList();
        return unknown.Count == 0
            ? [.. all.Where(one => names.Count == 0 || names.Contains(nameOf(one), StringComparer.Ordinal))]
            : throw new BenchmarkException($"There is no {what} '{string.Join("', '", unknown)}'. There are: {string.Join(", ", all.Select(nameOf))}.");
    }

    private static BenchmarkOptions Apply(BenchmarkOptions so, KeyValuePair<string, string> option) => option.Key switch
    {
        "quick" => so with { Rounds = 2, Seconds = 2, WarmUpSeconds = 2 },
        "pin" => so with { IsPinned = true },
        "rounds" => so with { Rounds = ReadNumber(option) },
        "seconds" => so with { Seconds = ReadNumber(option) },
        "warm-up" => so with { WarmUpSeconds = ReadNumber(option) },
        "only" => so with { Only = BenchmarkArguments.SplitList(option.Value) },
        "load" => so with { Loads = BenchmarkArguments.SplitList(option.Value) },
        "set" => so with { Variables = new Dictionary<string, string>([.. so.Variables, .. ReadVariables(option.Value)], StringComparer.Ordinal) },
        "variant" => so with { Variants = [.. so.Variants, ReadVariant(option.Value)] },
        _ => throw new BenchmarkException($"There is no option '--{option.Key}'. There are: --quick, --pin, --rounds=N, --seconds=N, --warm-up=N, --only=CONTESTANT,…, --load=LOAD,…, --set=VARIABLE=VALUE,…, --variant=NAME:VARIABLE=VALUE,…; docs/benchmarks.md tells what they do."),
    };

    private static int ReadNumber(KeyValuePair<string, string> option) =>
        int.TryParse(option.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 60
            ? number
            : throw new BenchmarkException($"'--{option.Key}' takes a whole number from 1 to 60, not '{option.Value}'.");

    private static IEnumerable<KeyValuePair<string, string>> ReadVariables(string text) =>
        BenchmarkArguments.SplitList(text).Select(entry =>
        {
            var (name, value) = BenchmarkArguments.SplitPair(entry, '=');
            return new KeyValuePair<string, string>(name, value);
        });

    private static OursVariant ReadVariant(string text)
    {
        var (name, changes) = BenchmarkArguments.SplitPair(text, ':');
        if (name.Length == 0 || changes.Length == 0) throw new BenchmarkException($"'--variant' takes NAME:VARIABLE=VALUE,…, not '{text}'.");
        var all = new Dictionary<string, string>(ReadVariables(changes), StringComparer.Ordinal);
        return all.Remove(OursVariant.ProgramKey, out var program) ? new OursVariant(name, all, Path.GetFullPath(program)) : new OursVariant(name, all, ProgramFile: null);
    }
}
