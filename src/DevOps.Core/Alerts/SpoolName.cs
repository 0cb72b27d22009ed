using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DevOps.Model;

namespace DevOps.Core.Alerts;

/// <summary>
/// What an alert that waits is called: <c>ORDER-INCIDENT-ID</c>. The names sort as the alerts were raised, and tell without
/// opening a file which of them belong to one incident.
/// </summary>
internal static class SpoolName
{
    private const int OrderLength = 19;
    private const int HashLength = 16;

    /// <summary>Makes a name.</summary>
    /// <param name="order">Grows from alert to alert.</param>
    /// <param name="alert">The alert.</param>
    /// <returns>The name.</returns>
    public static string Of(long order, Alert alert) =>
        string.Create(CultureInfo.InvariantCulture, $"{order:D19}-{Hash(alert.Incident)}-{Hash(alert.Id)}");

    /// <summary>Which incident a name belongs to.</summary>
    /// <param name="name">The name.</param>
    /// <returns>A digest of the incident.</returns>
    public static string IncidentOf(string name) => name.Substring(OrderLength + 1, HashLength);

    /// <summary>Whether a file is called so.</summary>
    /// <param name="name">The file's name without its extension.</param>
    /// <returns>Whether it is a name of ours.</returns>
    public static bool IsValid(string name) => name.Length == OrderLength + (2 * (1 + HashLength));

    /// <summary>A digest that can stand in a file's name.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>16 hexadecimal digits.</returns>
    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..HashLength];
}
