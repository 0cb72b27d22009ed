using System.Globalization;
using System.Text;

namespace DevOps.Core.Deployments.Hosts;

/// <summary>Writes variables the way systemd reads an EnvironmentFile.</summary>
internal static class UnitVariables
{
    /// <summary>Writes variables, ordered by name.</summary>
    /// <param name="variables">The variables.</param>
    /// <returns>The file's text.</returns>
    public static string Render(IEnumerable<KeyValuePair<string, string>> variables)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in variables.OrderBy(variable => variable.Key, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"{name}=\"");
            foreach (var character in value)
            {
                // Within double quotes systemd reads these as the shell does: only after a backslash are they themselves.
                if (character is '"' or '\\' or '`' or '$') text.Append('\\');
                text.Append(character);
            }

            text.Append("\"\n");
        }

        return text.ToString();
    }
}
