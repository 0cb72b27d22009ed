using Microsoft.Data.Sqlite;

namespace DevOps.Server.Heartbeats.History;

/// <summary>
/// A transaction that is given up unless it is committed. That of the provider would have to be given to each statement
/// that was made ready earlier.
/// </summary>
internal sealed class HistoryTransaction : IDisposable
{
    private readonly SqliteConnection _connection;
    private bool _isOver;

    /// <summary>Begins one.</summary>
    /// <param name="connection">The open file.</param>
    /// <param name="isForReading">Whether it only reads, so that all that it reads is of one moment.</param>
    public HistoryTransaction(SqliteConnection connection, bool isForReading = false)
    {
        _connection = connection;
        HistoryFile.Run(connection, isForReading ? "BEGIN" : "BEGIN IMMEDIATE");
    }

    /// <summary>Makes lasting what was written.</summary>
    public void Commit()
    {
        HistoryFile.Run(_connection, "COMMIT");
        _isOver = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isOver) return;
        _isOver = true;
        try
        {
            HistoryFile.Run(_connection, "ROLLBACK");
        }
        catch (SqliteException)
        {
            // SQLite has given it up by itself already, as it does when the disk is full: https://sqlite.org/lang_transaction.html
        }
    }
}
