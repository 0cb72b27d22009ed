namespace DevOps.Benchmarks;

/// <summary>Prints figures: a table for people, and one line a comparison for programs.</summary>
internal static class Report
{
    /// <summary>Prints the figures of a benchmark.</summary>
    /// <param name="benchmark">Its name.</param>
    /// <param name="figures">The figures.</param>
    public static void Print(string benchmark, IReadOnlyList<Figure> figures)
    {
        Console.WriteLine($"{"figure",-36} {"of",-14} {"median",10} {"low 5 %",10} {"high 5 %",10}  unit");
        foreach (var figure in figures)
        {
            var target = figure.Target is { } most ? $"  (aim: at most {most:0.##}: {(figure.Median <= most ? "reached" : "missed")})" : string.Empty;
            Console.WriteLine($"{benchmark + "." + figure.Name,-36} {figure.Of,-14} {figure.Median,10:0.00} {figure.Quantile(0.05),10:0.00} {figure.Quantile(0.95),10:0.00}  {figure.Unit}{target}");
        }

        foreach (var group in figures.GroupBy(figure => figure.Name, StringComparer.Ordinal))
        {
            // Peers can be measured alone; there is nothing to compare then.
            if (group.SingleOrDefault(figure => figure.Of == Figure.Ours) is not { } ours) continue;
            foreach (var peer in group.Where(figure => figure.Of != Figure.Ours))
            {
                Console.WriteLine($"ratio {benchmark}.{group.Key}.vs.{peer.Of} {ours.Median / peer.Median:0.00}");
            }
        }
    }
}
