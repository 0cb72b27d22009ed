using System.Text.Json;
using DevOps.Core.Flags.Client;
using DevOps.Core.Flags.Definitions;
using DevOps.Core.Flags.Evaluation;
using DevOps.Core.Flags.Store;

namespace DevOps.Benchmarks.Flags;

/// <summary>Ours: what the client in memory does for an application.</summary>
internal static class OwnEvaluation
{
    /// <summary>Measures.</summary>
    /// <param name="kind">Which flag.</param>
    /// <param name="window">How long.</param>
    /// <returns>Evaluations a second.</returns>
    public static Task<double> MeasureAsync(string kind, TimeSpan window)
    {
        var edit = new FlagEdit { Value = "true", Percentage = kind == Evaluations.RollOut ? 50 : null };
        var flags = FlagSet.Of(1, [new FlagRecord(edit.Apply("flag", null), 1, DateTimeOffset.UnixEpoch, "bench")]);
        FlagContext[] users = [.. Enumerable.Range(0, Evaluations.Users).Select(number => FlagContext.Of(Evaluations.User(number)))];
        return Evaluations.MeasureAsync(kind, window, batch => Task.FromResult(Count(flags, users, batch)));
    }

    private static int Count(FlagSet flags, FlagContext[] users, int batch)
    {
        var on = 0;
        for (var number = 0; number < batch; number++)
        {
            if (flags.Evaluate("flag", users[number & (Evaluations.Users - 1)]).Variant!.Value.ValueKind == JsonValueKind.True) on++;
        }

        return on;
    }
}
