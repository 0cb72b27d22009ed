using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace DevOps.Shell.Hosting;

/// <summary>Asks for the value of one field, such as a mandatory parameter, in the type that it has.</summary>
internal sealed class FieldPrompt
{
    private const string HelpRequest = "!?";

    private readonly ShellUserInterface _ui;

    /// <summary>Makes it.</summary>
    /// <param name="ui">Whom to ask.</param>
    public FieldPrompt(ShellUserInterface ui) => _ui = ui;

    /// <summary>Asks for a field's value, again and again until it has the field's type.</summary>
    /// <param name="field">The field.</param>
    /// <param name="value">Its value.</param>
    /// <returns>Whether there is a value; <see langword="false"/> when the input has ended.</returns>
    public bool TryAsk(FieldDescription field, [NotNullWhen(true)] out object? value)
    {
        // A type that the session does not know is asked for as text, and the binder converts it.
        var type = Type.GetType(field.ParameterAssemblyFullName, throwOnError: false)
            ?? (LanguagePrimitives.TryConvertTo<Type>(field.ParameterTypeFullName, CultureInfo.InvariantCulture, out var known) ? known : typeof(string));
        return typeof(IList).IsAssignableFrom(type) ? TryAskForList(field, type, out value) : TryAskForOne(field, type, $"{field.Name}: ", isItem: false, out value);
    }

    private bool TryAskForList(FieldDescription field, Type type, [NotNullWhen(true)] out object? value)
    {
        value = null;
        var items = new ArrayList();
        var itemType = type.GetElementType() ?? typeof(object);
        while (true)
        {
            var question = string.Create(CultureInfo.InvariantCulture, $"{field.Name}[{items.Count}]: ");
            if (!TryAskForOne(field, itemType, question, isItem: true, out var item)) return false;
            // An empty line ends a list.
            if (item is string { Length: 0 } or SecureString { Length: 0 }) break;
            items.Add(item);
        }

        value = LanguagePrimitives.TryConvertTo(items, type, CultureInfo.InvariantCulture, out var list) ? list : items;
        return true;
    }

    private bool TryAskForOne(FieldDescription field, Type type, string question, bool isItem, [NotNullWhen(true)] out object? value)
    {
        value = null;
        if (type == typeof(PSCredential))
        {
            _ui.WriteLine(field.Name);
            value = _ui.PromptForCredential(string.Empty, string.Empty, string.Empty, string.Empty);
            return true;
        }

        while (true)
        {
            var answer = _ui.ReadAnswer(question, type == typeof(SecureString) ? '*' : null);
            if (answer is null) return false;
            if (type == typeof(SecureString))
            {
                value = ShellUserInterface.ToSecureString(answer);
                return true;
            }

            if (answer == HelpRequest)
            {
                _ui.WriteLine(string.IsNullOrEmpty(field.HelpMessage) ? $"No help is available for {field.Name}." : field.HelpMessage);
                continue;
            }

            if (isItem && answer.Length == 0)
            {
                value = string.Empty;
                return true;
            }

            if (LanguagePrimitives.TryConvertTo(answer, type, CultureInfo.InvariantCulture, out var converted))
            {
                value = converted ?? string.Empty;
                return true;
            }

            _ui.WriteErrorLine($"Cannot recognize \"{answer}\" as a {type.FullName}.");
        }
    }
}
