using System.Text;

namespace DevOps.Core.Environments;

/// <summary>What a placeholder stands for.</summary>
public enum PlaceholderKind
{
    /// <summary><c>{{ service.NAME.address }}</c>: the private address of the first droplet of the service's fleet.</summary>
    ServiceAddress,

    /// <summary><c>{{ service.NAME.addresses }}</c>: the private addresses of all droplets of the service's fleet, with commas between them.</summary>
    ServiceAddresses,

    /// <summary><c>{{ service.NAME.port }}</c>: the service's port.</summary>
    ServicePort,

    /// <summary><c>{{ instance.name }}</c>: the droplet's name.</summary>
    InstanceName,

    /// <summary><c>{{ instance.address }}</c>: the droplet's private address.</summary>
    InstanceAddress,

    /// <summary><c>{{ application.port }}</c>: the application's port.</summary>
    ApplicationPort,
}

/// <summary>A placeholder in a variable's value or a template file, which publishing fills in.</summary>
/// <param name="Kind">What it stands for.</param>
/// <param name="Service">The service's name, for the kinds that name one.</param>
public sealed record Placeholder(PlaceholderKind Kind, string? Service)
{
    /// <summary>The forms that exist, for messages.</summary>
    public const string Forms =
        "{{ service.NAME.address }}, {{ service.NAME.addresses }}, {{ service.NAME.port }}, {{ instance.name }}, {{ instance.address }} and {{ application.port }}";

    private const string Opening = "{{";
    private const string Closing = "}}";

    /// <summary>Finds what is wrong with the placeholders of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="services">The names of the services that exist.</param>
    /// <returns>What is wrong, in words, with the position in the text of each; nothing when all is well.</returns>
    public static IReadOnlyList<(int Index, string Problem)> Check(string text, IReadOnlyCollection<string> services)
    {
        var problems = new List<(int Index, string Problem)>();
        foreach (var part in Split(text))
        {
            if (part.Problem is not null) problems.Add((part.Index, part.Problem));
            else if (part.Placeholder?.Service is { } service && !services.Contains(service)) problems.Add((part.Index, UnknownService(service, services)));
        }

        return problems;
    }

    /// <summary>Fills in the placeholders of a text.</summary>
    /// <param name="text">The text, free of what <see cref="Check"/> finds.</param>
    /// <param name="resolve">Gives each placeholder's value.</param>
    /// <returns>The text with values in place of placeholders.</returns>
    /// <exception cref="DevOpsException"><c>PlaceholderInvalid</c>: a placeholder is malformed.</exception>
    public static string Render(string text, Func<Placeholder, string> resolve)
    {
        var result = new StringBuilder(text.Length);
        foreach (var part in Split(text))
        {
            if (part.Problem is not null)
            {
                throw new DevOpsException("PlaceholderInvalid", FailureKind.InvalidInput, part.Problem, $"The placeholders that exist are {Forms}.", text);
            }

            result.Append(part.Placeholder is null ? part.Text : resolve(part.Placeholder));
        }

        return result.ToString();
    }

    private static IEnumerable<Part> Split(string text)
    {
        var position = 0;
        while (position < text.Length)
        {
            var opening = text.IndexOf(Opening, position, StringComparison.Ordinal);
            if (opening < 0) break;
            if (opening > position) yield return new Part(position, text[position..opening], null, null);
            var closing = text.IndexOf(Closing, opening + Opening.Length, StringComparison.Ordinal);
            if (closing < 0)
            {
                yield return new Part(opening, text[opening..], null, "A placeholder begins with '{{' and never ends with '}}'.");
                yield break;
            }

            var end = closing + Closing.Length;
            var inside = text[(opening + Opening.Length)..closing].Trim();
            var placeholder = Parse(inside);
            yield return new Part(opening, text[opening..end], placeholder, placeholder is null ? $"There is no placeholder '{{{{ {inside} }}}}'." : null);
            position = end;
        }

        if (position < text.Length) yield return new Part(position, text[position..], null, null);
    }

    private static Placeholder? Parse(string inside) => inside.Split('.') switch
    {
        ["service", var name, "address"] when name.Length > 0 => new Placeholder(PlaceholderKind.ServiceAddress, name),
        ["service", var name, "addresses"] when name.Length > 0 => new Placeholder(PlaceholderKind.ServiceAddresses, name),
        ["service", var name, "port"] when name.Length > 0 => new Placeholder(PlaceholderKind.ServicePort, name),
        ["instance", "name"] => new Placeholder(PlaceholderKind.InstanceName, null),
        ["instance", "address"] => new Placeholder(PlaceholderKind.InstanceAddress, null),
        ["application", "port"] => new Placeholder(PlaceholderKind.ApplicationPort, null),
        _ => null,
    };

    private static string UnknownService(string service, IReadOnlyCollection<string> services) => services.Count == 0
        ? $"There is no service '{service}': the environment has no Services."
        : $"There is no service '{service}'; the environment has {string.Join(", ", services)}.";

    private sealed record Part(int Index, string Text, Placeholder? Placeholder, string? Problem);
}
