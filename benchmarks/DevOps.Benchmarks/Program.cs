using DevOps.Benchmarks;

IBenchmark[] all = [new ImportBenchmark()];
var unknown = args.Except(all.Select(benchmark => benchmark.Name), StringComparer.OrdinalIgnoreCase).ToList();
if (unknown.Count > 0)
{
    Console.Error.WriteLine($"There is no benchmark '{string.Join("', '", unknown)}'. There are: {string.Join(", ", all.Select(benchmark => benchmark.Name))}.");
    return 2;
}

foreach (var benchmark in all.Where(benchmark => args.Length == 0 || args.Contains(benchmark.Name, StringComparer.OrdinalIgnoreCase)))
{
    var figures = await benchmark.RunAsync(CancellationToken.None);
    Report.Print(benchmark.Name, figures);
}

return 0;
