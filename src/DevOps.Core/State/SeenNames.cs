using System.Text;

namespace DevOps.Core.State;

/// <summary>What a name is of.</summary>
public enum NameKind
{
    /// <summary>A fleet.</summary>
    Fleet,

    /// <summary>A droplet.</summary>
    Droplet,

    /// <summary>A size of droplet.</summary>
    Size,

    /// <summary>A region.</summary>
    Region,

    /// <summary>An image.</summary>
    Image,
}

/// <summary>
/// Names that were last seen at an account, one a line in <c>seen/CONNECTION/KIND</c> of the state folder: completion offers
/// them without asking the API. Nothing else may rely on them.
/// </summary>
/// <param name="state">The installation's state folder.</param>
/// <param name="connection">The connection's name.</param>
public sealed class SeenNames(StateFolder state, string connection)
{
    private const string FolderName = "seen";

    /// <summary>Reads the names.</summary>
    /// <param name="kind">What they are of.</param>
    /// <returns>The names in order; none when none was seen.</returns>
    public IReadOnlyList<string> Recall(NameKind kind)
    {
        var file = FileOf(kind);
        return File.Exists(file) ? File.ReadAllLines(file) : [];
    }

    /// <summary>Forgets all names of the connection.</summary>
    public void Forget()
    {
        var folder = state.PathOf(FolderName, connection);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    /// <summary>Writes the names down when they have changed.</summary>
    /// <param name="kind">What they are of.</param>
    /// <param name="names">All names that there are now.</param>
    internal void Remember(NameKind kind, IEnumerable<string> names)
    {
        var ordered = names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        try
        {
            if (!Recall(kind).SequenceEqual(ordered, StringComparer.Ordinal)) state.Write(FileOf(kind), Encoding.UTF8.GetBytes(string.Join('\n', ordered)));
        }
        catch (Exception exception) when (exception is DevOpsException or IOException or UnauthorizedAccessException)
        {
            // Reading an inventory must not fail because completion cannot be helped.
        }
    }

    private string FileOf(NameKind kind) => state.PathOf(FolderName, connection, kind.ToString().ToLowerInvariant());
}
