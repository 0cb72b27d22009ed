namespace DevOps.Module.Tests;

/// <summary>Tells all that is wrong, one line each: whoever mends it sees the whole list at once.</summary>
internal static class Faults
{
    public static void AssertNone(IEnumerable<string> faults)
    {
        var all = faults.Distinct(StringComparer.Ordinal).ToList();
        Assert.True(all.Count == 0, string.Join('\n', all));
    }
}
