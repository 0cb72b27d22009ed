namespace DevOps.Server.Heartbeats.History;

/// <summary>
/// The file as its one writer sees it: opened when it is needed, opened anew after a failure, put aside when it is damaged.
/// For one thread at a time.
/// </summary>
/// <param name="file">The file.</param>
/// <param name="recorder">What is to be written; every use of it holds <paramref name="gate"/>.</param>
/// <param name="gate">Keeps the recorder for one thread at a time.</param>
/// <param name="limits">The limits.</param>
/// <param name="time">The clock.</param>
/// <param name="notices">Hears of failures.</param>
internal sealed class HistoryArchive(HistoryFile file, Recorder recorder, Lock gate, HistoryLimits limits, TimeProvider time, HistoryNotices notices) : IDisposable
{
    private readonly long _run = Random.Shared.NextInt64(1, long.MaxValue);
    private HistoryWriter? _writer;
    private HistoryKeeper? _keeper;

    /// <summary>Writes what there is to write. A failure is told, and what could not be written is tried again next time.</summary>
    /// <param name="gather">Gathers it, under the gate.</param>
    /// <param name="isWhole">Whether what is too old or too much is let go of, too.</param>
    /// <returns>Whether all was written.</returns>
    public bool Write(Func<HistoryBatch> gather, bool isWhole)
    {
        try
        {
            try
            {
                WriteOnce(gather, isWhole);
            }
            catch (Exception exception) when (HistoryFailure.IsDamage(exception))
            {
                Close();
                notices.PutAside(file.PutAside(time.GetUtcNow()));
                WriteOnce(gather, isWhole);
            }

            return true;
        }
        catch (Exception exception) when (HistoryFailure.IsExpected(exception))
        {
            Close();
            notices.Failed(HistoryFailure.InWords(exception));
            return false;
        }
    }

    /// <summary>Opens the file when it can be, so that what it holds is known.</summary>
    /// <returns>Whether it is open.</returns>
    public bool Open() => Write(() => recorder.Gather(HistoryTime.Of(time.GetUtcNow()), isWhole: false), isWhole: false);

    /// <inheritdoc/>
    public void Dispose() => Close();

    private void WriteOnce(Func<HistoryBatch> gather, bool isWhole)
    {
        // A file that somebody deleted would go on without a name.
        if (_writer is not null && !file.Exists) Close();
        _writer ??= OpenWriter();
        HistoryBatch batch;
        lock (gate) batch = gather();
        _writer.Write(batch);
        lock (gate) recorder.Confirm(batch);
        notices.Written(isWhole ? Keep(batch.Now) : null);
    }

    private string? Keep(long now)
    {
        _keeper ??= new HistoryKeeper(_writer!.Connection, limits);
        var gone = _keeper.Keep(now);
        if (_keeper.Forgotten.Count == 0) return gone;
        lock (gate) recorder.Forget(_keeper.Forgotten);
        return gone;
    }

    private HistoryWriter OpenWriter()
    {
        var connection = file.Open();
        try
        {
            var loader = new HistoryLoader(connection);
            if (!loader.Knows(_run))
            {
                lock (gate)
                {
                    // Another file than before, or the first.
                    recorder.StartAfresh();
                    loader.Begin(_run, HistoryTime.Of(time.GetUtcNow()));
                    loader.Load(recorder);
                }
            }

            return new HistoryWriter(connection, _run);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void Close()
    {
        _keeper?.Dispose();
        _writer?.Dispose();
        (_keeper, _writer) = (null, null);
    }
}
