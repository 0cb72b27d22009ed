using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using DevOps.Core.Alerts;
using DevOps.Core.Servers;
using DevOps.Core.State;

namespace DevOps.Core.Tests.Alerts;

/// <summary>
/// What this test assembly is when a variable says so: a process that raises alerts and then only waits to be killed. It
/// runs before the tests' own entry point and never comes back to it.
/// </summary>
internal static class TestAlerter
{
    private const string Variable = "DEVOPS_TEST_ALERTER";

    /// <summary>The ids of the alerts that such a process raises.</summary>
    /// <param name="count">How many.</param>
    /// <returns>The ids in order.</returns>
    public static IEnumerable<string> Ids(int count) => Enumerable.Range(1, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"alert-{i}"));

    /// <summary>Starts such a process.</summary>
    /// <param name="state">Its state folder.</param>
    /// <param name="count">How many alerts it raises.</param>
    /// <returns>The process.</returns>
    public static Process Start(string state, int count)
    {
        var start = new ProcessStartInfo(ServerPrograms.FindDotnet(), [typeof(TestAlerter).Assembly.Location, state, count.ToString(CultureInfo.InvariantCulture)]) { UseShellExecute = false };
        start.Environment[Variable] = "1";
        return Process.Start(start)!;
    }

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255:The 'ModuleInitializer' attribute should not be used in libraries", Justification = "This is an executable.")]
    internal static void Raise()
    {
        if (Environment.GetEnvironmentVariable(Variable) is null) return;
        var arguments = Environment.GetCommandLineArgs();
        var dispatcher = new AlertDispatcher(StateFolder.Open(arguments[1]));
        foreach (var id in Ids(int.Parse(arguments[2], CultureInfo.InvariantCulture))) dispatcher.Raise(AlertBed.Alert(id));
        Thread.Sleep(Timeout.Infinite);
    }
}
