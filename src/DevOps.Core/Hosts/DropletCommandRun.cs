using System.Diagnostics;
using System.Text;
using DevOps.Core.Operations;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Hosts;

/// <summary>Runs one command on many droplets side by side.</summary>
/// <param name="state">The installation's state folder.</param>
public sealed class DropletCommandRun(StateFolder state)
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Runs it.</summary>
    /// <param name="droplets">Where.</param>
    /// <param name="code">POSIX sh code, run as root.</param>
    /// <param name="arguments">Its arguments, <c>$1</c> and so on.</param>
    /// <param name="input">Lines for its standard input. They are shown nowhere.</param>
    /// <param name="timeout">How long it may take on one droplet.</param>
    /// <param name="atOnce">On how many droplets it may run at once.</param>
    /// <param name="progress">
    /// Told each output line (<see cref="InformationMessage"/>), each <see cref="DropletCommandResult"/> as soon as it is
    /// there (<see cref="ResultMessage"/>), and one failure for each droplet that could not be reached or took too long.
    /// </param>
    /// <param name="ct">Ends it everywhere.</param>
    /// <returns>How many droplets gave a result.</returns>
    public async Task<int> RunAsync(
        IReadOnlyList<Droplet> droplets,
        string code,
        IReadOnlyList<string> arguments,
        IReadOnlyList<string> input,
        TimeSpan timeout,
        int atOnce,
        IProgress<OperationMessage> progress,
        CancellationToken ct)
    {
        var connector = new HostConnector(state);
        var inputBytes = Encoding.UTF8.GetBytes(string.Concat(input.Select(line => line + "\n")));
        var results = 0;
        await Parallel.ForEachAsync(droplets, new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = ct }, async (droplet, stop) =>
        {
            var told = new Telling(droplet, progress);
            told.Show("connecting");
            try
            {
                await using var session = await connector.ConnectAsync(droplet, stop);
                told.Show("running");
                await RunOneAsync(session, code, arguments, inputBytes, timeout, told, stop);
                Interlocked.Increment(ref results);
            }
            catch (DevOpsException failure)
            {
                progress.Report(new FailureMessage(failure));
            }
            finally
            {
                told.End();
            }
        });
        return results;
    }

    private static async Task RunOneAsync(
        HostSession session,
        string code,
        IReadOnlyList<string> arguments,
        byte[] input,
        TimeSpan timeout,
        Telling told,
        CancellationToken ct)
    {
        using var standardInput = new MemoryStream(input, writable: false);
        var (result, tookTooLong) = await session.RunToEndAsync(code, arguments, standardInput, told.Line, timeout, ct);
        // What it wrote until then often tells why it took so long.
        told.Result(result);
        if (tookTooLong is not null) throw tookTooLong;
    }

    private sealed class Telling(Droplet droplet, IProgress<OperationMessage> progress)
    {
        private long _shownAt;

        public void Line(HostOutputLine line)
        {
            progress.Report(new InformationMessage($"{droplet.Name}: {line.Text}"));
            // A command that writes a lot must not be slowed down by a display of it.
            if (Stopwatch.GetElapsedTime(_shownAt) >= ProgressInterval) Show(line.Text);
        }

        public void Show(string status)
        {
            _shownAt = Stopwatch.GetTimestamp();
            progress.Report(new ProgressMessage("Running a command", droplet.Name, string.IsNullOrWhiteSpace(status) ? "running" : status));
        }

        public void Result(HostCommandResult result) =>
            progress.Report(new ResultMessage(new DropletCommandResult(droplet.Name, droplet.PublicAddress!, result.ExitCode, result.Output, result.ErrorOutput, result.Duration)));

        public void End() => progress.Report(new ProgressMessage("Running a command", droplet.Name, "done", 100, IsCompleted: true));
    }
}
