using System.Globalization;
using DevOps.Core.State;
using Microsoft.Data.Sqlite;

namespace DevOps.Server.Heartbeats.History;

/// <summary>The file <c>STATE/heartbeats/history.db</c>: where it is, how it is opened, and how a damaged one is put aside.</summary>
/// <param name="state">The state folder.</param>
internal sealed class HistoryFile(StateFolder state)
{
    private const string Folder = "heartbeats";
    private const string Name = "history.db";
    private const long Version = 1;
    private const int Patience = 5;

    // A disk that damages files again and again must not be filled with them.
    private const int KeptDamaged = 3;

    private const string Tables = """
        CREATE TABLE targets (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, name TEXT NOT NULL, grp TEXT, environment TEXT, uri TEXT NOT NULL) STRICT;
        CREATE TABLE changes (target INTEGER NOT NULL, at INTEGER NOT NULL, state INTEGER NOT NULL, cause TEXT, evidence TEXT, PRIMARY KEY (target, at)) STRICT, WITHOUT ROWID;
        CREATE TABLE runs (id INTEGER PRIMARY KEY, began INTEGER NOT NULL, seen INTEGER NOT NULL) STRICT;
        CREATE TABLE raw (id INTEGER PRIMARY KEY, beats BLOB NOT NULL) STRICT;
        CREATE TABLE hours (id INTEGER PRIMARY KEY, minutes BLOB NOT NULL) STRICT;
        CREATE TABLE journal (id INTEGER PRIMARY KEY, beats BLOB NOT NULL) STRICT;
        PRAGMA user_version = 1;
        """;

    private static readonly string[] Companions = ["", "-wal", "-shm"];

    /// <summary>The file's full path.</summary>
    public string Path { get; } = state.PathOf(Folder, Name);

    /// <summary>Whether there is one.</summary>
    public bool Exists => File.Exists(Path);

    /// <summary>Opens the file for its one writer, and makes it when it is missing.</summary>
    /// <returns>The connection.</returns>
    /// <exception cref="InvalidDataException">It is no history, or that of a later version.</exception>
    /// <exception cref="SqliteException">SQLite says why not.</exception>
    /// <exception cref="Core.DevOpsException"><c>StateFolderNotWritable</c>.</exception>
    public SqliteConnection Open()
    {
        state.Folder(Folder);
        // SQLite gives the files beside it the mode of this one.
        if (!Exists) state.Append(Path, []);
        var connection = Connect(SqliteOpenMode.ReadWrite);
        try
        {
            // The first takes effect only before the first page is written.
            Run(connection, "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 16777216; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;");
            var version = Number(connection, "PRAGMA user_version");
            if (version == 0 && Number(connection, "SELECT count(*) FROM sqlite_schema") == 0)
            {
                using var transaction = new HistoryTransaction(connection);
                Run(connection, Tables);
                transaction.Commit();
            }
            else if (version != Version)
            {
                throw new InvalidDataException($"'{Path}' is not a heartbeat history that this version can read.");
            }

            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Opens the file for reading, beside its writer or without one.</summary>
    /// <returns>The connection.</returns>
    /// <exception cref="SqliteException">SQLite says why not.</exception>
    public SqliteConnection OpenForReading() => Connect(SqliteOpenMode.ReadOnly);

    /// <summary>Puts a damaged file aside, with those that belong to it. Only the last few are kept.</summary>
    /// <param name="now">The time.</param>
    /// <returns>The file's name now.</returns>
    /// <exception cref="IOException">It cannot be renamed.</exception>
    public string PutAside(DateTimeOffset now)
    {
        var aside = $"{Name}.damaged-{now.UtcDateTime.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture)}";
        var folder = System.IO.Path.GetDirectoryName(Path)!;
        foreach (var companion in Companions.Where(companion => File.Exists(Path + companion)))
        {
            File.Move(Path + companion, System.IO.Path.Combine(folder, aside + companion), overwrite: true);
        }

        var damaged = Directory.EnumerateFiles(folder, $"{Name}.damaged-*").Where(file => !file.Contains("-wal", StringComparison.Ordinal) && !file.Contains("-shm", StringComparison.Ordinal));
        foreach (var old in damaged.OrderDescending(StringComparer.Ordinal).Skip(KeptDamaged))
        {
            foreach (var companion in Companions) File.Delete(old + companion);
        }

        return aside;
    }

    /// <summary>Runs statements that give nothing back.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="statements">The statements; never text from outside.</param>
    public static void Run(SqliteConnection connection, string statements)
    {
        using var command = connection.CreateCommand();
        command.CommandText = statements;
        command.ExecuteNonQuery();
    }

    /// <summary>Asks for a number.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="query">The query; never text from outside.</param>
    /// <returns>The number; 0 when there is none.</returns>
    public static long Number(SqliteConnection connection, string query)
    {
        using var command = connection.CreateCommand();
        command.CommandText = query;
        return command.ExecuteScalar() is long number ? number : 0;
    }

    private SqliteConnection Connect(SqliteOpenMode mode)
    {
        // A pool would keep files open that were put aside.
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path, Mode = mode, Pooling = false, DefaultTimeout = Patience }.ToString());
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
