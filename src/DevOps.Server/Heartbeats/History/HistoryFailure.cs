using DevOps.Core;
using Microsoft.Data.Sqlite;

namespace DevOps.Server.Heartbeats.History;

/// <summary>Why the history's file cannot be used.</summary>
internal static class HistoryFailure
{
    // https://sqlite.org/rescode.html
    private const int Error = 1;
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int Schema = 17;
    private const int NotADatabase = 26;

    /// <summary>Whether it is a failure of the file, the disk or the library, which the monitor outlives.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <returns>Whether it is.</returns>
    public static bool IsExpected(Exception exception) =>
        exception is SqliteException or IOException or UnauthorizedAccessException or InvalidDataException or DevOpsException or DllNotFoundException or TypeInitializationException;

    /// <summary>Whether the file holds what cannot be read as a history, so that it is to be put aside.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <returns>Whether it does.</returns>
    public static bool IsDamage(Exception exception) => exception is InvalidDataException or SqliteException { SqliteErrorCode: Error or Corrupt or Schema or NotADatabase };

    /// <summary>Says why.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <returns>A part of a sentence.</returns>
    public static string InWords(Exception exception) => exception switch
    {
        SqliteException { SqliteErrorCode: Full } => "the disk is full",
        SqliteException { SqliteErrorCode: ReadOnly } => "it may only be read",
        SqliteException { SqliteErrorCode: CannotOpen } => "it cannot be opened",
        SqliteException { SqliteErrorCode: Busy or Locked } => "another process holds it",
        SqliteException { SqliteErrorCode: Corrupt or NotADatabase or Error or Schema } or InvalidDataException => "it is damaged",
        TypeInitializationException or DllNotFoundException => "there is no SQLite for this machine",
        _ => exception.Message.TrimEnd('.'),
    };
}
