using System.Runtime.InteropServices;
using DevOps.Benchmarks;
using DevOps.Benchmarks.Balancer;
using DevOps.Benchmarks.Flags;
using DevOps.Benchmarks.Heartbeats;

const int cancelled = 130;

using var stop = new CancellationTokenSource();
void Stop(PosixSignalContext signal)
{
    // Whoever measures ends what it has started.
    signal.Cancel = true;
    stop.Cancel();
}

using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var hungUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
try
{
    var arguments = BenchmarkArguments.Read(args);
    var options = BenchmarkOptions.Read(arguments.Options);
    IBenchmark[] all = [new ImportBenchmark(), new BalancerBenchmark(options), new HeartbeatBenchmark(options), new MonitorBenchmark(options), new FlagBenchmark(options)];
    var unknown = arguments.Names.Except(all.Select(benchmark => benchmark.Name), StringComparer.OrdinalIgnoreCase).ToList();
    if (unknown.Count > 0)
    {
        Console.Error.WriteLine($"There is no benchmark '{string.Join("', '", unknown)}'. There are: {string.Join(", ", all.Select(benchmark => benchmark.Name))}.");
        return 2;
    }

    foreach (var benchmark in all.Where(benchmark => arguments.Names.Count == 0 || arguments.Names.Contains(benchmark.Name, StringComparer.OrdinalIgnoreCase)))
    {
        var figures = await benchmark.RunAsync(stop.Token);
        Report.Print(benchmark.Name, figures);
    }

    return 0;
}
catch (BenchmarkException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    Console.Error.WriteLine("Stopped.");
    return cancelled;
}
