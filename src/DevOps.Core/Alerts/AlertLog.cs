using DevOps.Model;

namespace DevOps.Core.Alerts;

/// <summary>Where a dispatcher says what goes wrong. It is the last resort, so it never fails.</summary>
/// <param name="log">Hears it, a line each; standard error when nothing.</param>
internal sealed class AlertLog(Action<string>? log)
{
    /// <summary>Names an alert.</summary>
    /// <param name="alert">The alert.</param>
    /// <returns>Its id and what it says, on one line.</returns>
    public static string Name(Alert? alert) => $"{OneLine.Of(alert?.Id ?? string.Empty, 80)} ({OneLine.Of(alert?.Summary ?? string.Empty, 200)})";

    /// <summary>Says something.</summary>
    /// <param name="line">What to say.</param>
    public void Write(string line)
    {
        try
        {
            if (log is null) Console.Error.WriteLine(line);
            else log(line);
        }
        catch (Exception)
        {
            // There is nowhere left to say it, and the alerts matter more.
        }
    }
}
