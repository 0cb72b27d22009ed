using System.Diagnostics;
using System.Globalization;
using DevOps.Model;

namespace DevOps.Server.Tests.Heartbeats.History;

/// <summary>Thousands of targets. The figures are told and not asserted: they are the machine's.</summary>
[Trait("Category", "Slow")]
public sealed class HistoryScaleTests(ITestOutputHelper output)
{
    private const int Targets = 10_000;
    private static readonly CancellationToken Ct = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ten_thousand_targets_checked_every_second_are_all_in_the_history()
    {
        await using var bed = new HistoryBed();
        var random = new Random(1);
        var beats = Enumerable.Range(0, Targets).Select(target => HistoryBed.Beat($"web-{target}", HeartbeatState.Up, HistoryBed.Start)).ToArray();
        var began = Process.GetCurrentProcess().TotalProcessorTime;
        var clock = Stopwatch.StartNew();
        var taking = TimeSpan.Zero;
        for (var second = 0; second < 120; second++)
        {
            var now = bed.Time.GetUtcNow();
            for (var target = 0; target < Targets; target++)
            {
                beats[target] = beats[target] with { At = now.AddMilliseconds((target / 10.1) + random.Next(3)), Latency = TimeSpan.FromMilliseconds(5 + (random.NextDouble() * 3)) };
            }

            var take = Stopwatch.GetTimestamp();
            foreach (var beat in beats) bed.Store.Take(beat, hasChanged: false);
            taking += Stopwatch.GetElapsedTime(take);
            bed.Time.Advance(TimeSpan.FromSeconds(1));
            if (second % 5 == 4) await bed.Store.FlushAsync();
        }

        var cpu = Process.GetCurrentProcess().TotalProcessorTime - began;
        Tell($"two minutes of {Targets} checks a second: {cpu.TotalSeconds:F2} s of processor time in {clock.Elapsed.TotalSeconds:F2} s, making the checks included; a take {taking.TotalNanoseconds / 120 / Targets:F0} ns");
        Tell($"a target's minute: {bed.Number("SELECT sum(length(beats)) / count(*) FROM raw")} bytes of single checks, {bed.Number("SELECT sum(length(minutes)) / count(*) FROM hours") / 2.0} of counts");

        clock.Restart();
        var histories = await bed.Store.ListAsync(HistoryBed.Start, bed.Time.GetUtcNow(), Ct);
        Tell($"all histories: {clock.ElapsedMilliseconds} ms");
        Assert.Equal(Targets, histories.Count);
        Assert.All(histories, history => Assert.Equal((120, 100.0), (history.Checks, history.Uptime)));
        clock.Restart();
        var uptimes = await bed.Store.UptimesAsync(HistoryBed.Start, bed.Time.GetUtcNow(), Ct);
        Tell($"all uptimes: {clock.Elapsed.TotalMilliseconds:F1} ms");
        Assert.Equal(Targets, uptimes.Count);

        clock.Restart();
        await bed.RestartAsync(TimeSpan.FromSeconds(1));
        Tell($"closed and opened again: {clock.ElapsedMilliseconds} ms");
        Assert.Equal(120, (await bed.GetAsync("web-9999"))!.Checks);
    }

    [Fact]
    public async Task The_uptimes_of_a_day_of_a_thousand_targets_need_no_file()
    {
        await using var bed = new HistoryBed();
        bed.Store.Interval = TimeSpan.FromHours(1);
        for (var hour = 0; hour < 24; hour++)
        {
            for (var target = 0; target < 1_000; target++) bed.Check(hour % 6 == 5 ? HeartbeatState.Down : HeartbeatState.Up, $"web-{target}");
            bed.Time.Advance(TimeSpan.FromHours(1));
        }

        await bed.Store.FlushAsync();
        await bed.RestartAsync(TimeSpan.Zero);
        await bed.Store.UptimesAsync(HistoryBed.Start, bed.Time.GetUtcNow(), Ct);
        File.Move(bed.File, bed.File + ".away");
        var clock = Stopwatch.StartNew();
        var uptimes = await bed.Store.UptimesAsync(HistoryBed.Start, bed.Time.GetUtcNow(), Ct);
        Tell($"a thousand uptimes of a day: {clock.Elapsed.TotalMilliseconds:F1} ms");
        Assert.Equal(1_000, uptimes.Count);
        Assert.All(uptimes.Values, uptime => Assert.Equal(100.0 * 20 / 24, uptime!.Value, 0.0001));
        File.Move(bed.File + ".away", bed.File);
    }

    private void Tell(FormattableString figure) => output.WriteLine(figure.ToString(CultureInfo.InvariantCulture));
}
