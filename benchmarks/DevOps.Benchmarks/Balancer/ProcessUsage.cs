using System.Globalization;

namespace DevOps.Benchmarks.Balancer;

/// <summary>What the processes of a group have used, from Linux's <c>/proc</c> (proc(5)).</summary>
/// <param name="Count">How many processes there are.</param>
/// <param name="Cpu">Their processor time in user and kernel mode, in steps of 10 ms.</param>
/// <param name="ResidentMegabytes">The memory that they hold now (VmRSS).</param>
/// <param name="PeakMegabytes">The most memory that each of them ever held (VmHWM), in sum.</param>
internal sealed record ProcessUsage(int Count, TimeSpan Cpu, double ResidentMegabytes, double PeakMegabytes)
{
    private const double KilobytesPerMegabyte = 1024;

    // In the fields behind the name in brackets, which begin with the state.
    private const int StateField = 0;
    private const int GroupField = 2;
    private const int UserTimeField = 11;
    private const int SystemTimeField = 12;

    // It has ended, and nobody has asked how.
    private const string Dead = "Z";

    // USER_HZ, which is 100 on every architecture that .NET knows.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    /// <summary>Reads what a group has used.</summary>
    /// <param name="group">The id of the process group.</param>
    /// <returns>The sums.</returns>
    public static ProcessUsage OfGroup(int group)
    {
        var sum = new ProcessUsage(0, TimeSpan.Zero, 0, 0);
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])))
        {
            try
            {
                sum = sum.With(folder, group);
            }
            catch (IOException)
            {
                // It ended between the two looks.
            }
        }

        return sum;
    }

    private ProcessUsage With(string folder, int group)
    {
        var stat = File.ReadAllText(Path.Combine(folder, "stat"));
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        if (fields[StateField] == Dead || int.Parse(fields[GroupField], CultureInfo.InvariantCulture) != group) return this;
        var status = File.ReadAllLines(Path.Combine(folder, "status"));
        return new ProcessUsage(
            Count + 1,
            Cpu + (Tick * (long.Parse(fields[UserTimeField], CultureInfo.InvariantCulture) + long.Parse(fields[SystemTimeField], CultureInfo.InvariantCulture))),
            ResidentMegabytes + ReadMegabytes(status, "VmRSS:"),
            PeakMegabytes + ReadMegabytes(status, "VmHWM:"));
    }

    // A process that is just ending has no such line.
    private static double ReadMegabytes(string[] status, string name) =>
        status.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) is { } line
            ? double.Parse(line[name.Length..].Replace("kB", string.Empty, StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture) / KilobytesPerMegabyte
            : 0;
}
