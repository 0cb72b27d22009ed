namespace DevOps.Core.Environments;

/// <summary>Guesses what somebody meant who wrote something that does not exist.</summary>
internal static class Spelling
{
    /// <summary>Finds the word that is most like a given one.</summary>
    /// <param name="written">What was written.</param>
    /// <param name="known">What exists.</param>
    /// <returns>The closest word, or nothing when none is close enough to be a slip of the hand.</returns>
    public static string? Closest(string written, IEnumerable<string> known)
    {
        var closest = known
            .Select(word => (Word: word, Distance: Distance(written.ToUpperInvariant(), word.ToUpperInvariant())))
            .OrderBy(candidate => candidate.Distance)
            .ThenBy(candidate => candidate.Word, StringComparer.Ordinal)
            .FirstOrDefault();
        return closest.Word is not null && closest.Distance <= Math.Max(1, closest.Word.Length / 3) ? closest.Word : null;
    }

    // How many letters must be inserted, removed or replaced, or neighbours swapped, to make one word of the other.
    private static int Distance(string left, string right)
    {
        var table = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++) table[i, 0] = i;
        for (var j = 0; j <= right.Length; j++) table[0, j] = j;
        for (var i = 1; i <= left.Length; i++)
        {
            for (var j = 1; j <= right.Length; j++)
            {
                var replaced = table[i - 1, j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                table[i, j] = Math.Min(replaced, Math.Min(table[i - 1, j], table[i, j - 1]) + 1);
                var areSwapped = i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1];
                if (areSwapped) table[i, j] = Math.Min(table[i, j], table[i - 2, j - 2] + 1);
            }
        }

        return table[left.Length, right.Length];
    }
}
