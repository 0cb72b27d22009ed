using Microsoft.Data.Sqlite;

namespace DevOps.Server.Heartbeats.History;

/// <summary>A statement that is made ready once and run again and again with other values.</summary>
internal sealed class Statement : IDisposable
{
    private readonly SqliteCommand _command;

    /// <summary>Makes a statement ready.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="text">The statement, with the parameters <c>$0</c>, <c>$1</c> and so on; never text from outside.</param>
    /// <param name="parameters">How many there are.</param>
    public Statement(SqliteConnection connection, string text, int parameters)
    {
        _command = connection.CreateCommand();
        _command.CommandText = text;
        for (var index = 0; index < parameters; index++) _command.Parameters.Add(new SqliteParameter { ParameterName = $"${index}" });
    }

    /// <summary>Runs it.</summary>
    /// <param name="values">The parameters' values.</param>
    /// <returns>How many rows it changed.</returns>
    public int Run(params ReadOnlySpan<object?> values)
    {
        Bind(values);
        return _command.ExecuteNonQuery();
    }

    /// <summary>Asks for rows.</summary>
    /// <param name="values">The parameters' values.</param>
    /// <returns>The rows, to be disposed of before it is run again.</returns>
    public SqliteDataReader Read(params ReadOnlySpan<object?> values)
    {
        Bind(values);
        return _command.ExecuteReader();
    }

    /// <inheritdoc/>
    public void Dispose() => _command.Dispose();

    private void Bind(ReadOnlySpan<object?> values)
    {
        for (var index = 0; index < values.Length; index++) _command.Parameters[index].Value = values[index] ?? DBNull.Value;
    }
}
