namespace DevOps.Core.Environments;

/// <summary>What a finding calls a table in a list.</summary>
public static class TableLabel
{
    private const int Longest = 63;

    /// <summary>Tells whether a table's name can stand in a key, such as <c>Applications.itrust.Port</c>.</summary>
    /// <param name="name">The value of its key Name, right or wrong.</param>
    /// <returns>Whether it reads well there; else the table is called by its number.</returns>
    public static bool IsReadable(string name) => name.Length is > 0 and <= Longest && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_');
}
