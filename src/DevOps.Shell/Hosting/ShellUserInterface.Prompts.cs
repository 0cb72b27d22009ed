using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;
using DevOps.Shell.Terminal;

namespace DevOps.Shell.Hosting;

/// <summary>Asks what the engine needs to know, in PowerShell's words and forms.</summary>
internal sealed partial class ShellUserInterface : IHostUISupportsMultipleChoiceSelection
{
    private readonly bool _isNonInteractive;

    /// <summary>Stops the running pipeline: Ctrl+C at a question.</summary>
    public Action Interrupt { get; set; } = () => { };

    /// <inheritdoc/>
    public override string ReadLine()
    {
        EnsureInteractive("for a line");
        return ReadAnswer(string.Empty, mask: null) ?? string.Empty;
    }

    /// <inheritdoc/>
    public override SecureString ReadLineAsSecureString()
    {
        EnsureInteractive("for a secret");
        return ToSecureString(ReadAnswer(string.Empty, mask: '*') ?? string.Empty);
    }

    /// <inheritdoc/>
    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions)
    {
        ArgumentNullException.ThrowIfNull(descriptions);
        EnsureInteractive("for " + string.Join(", ", descriptions.Select(field => field.Name)));
        WriteCaption(caption, message);
        var fields = new FieldPrompt(this);
        if (descriptions.Any(field => !string.IsNullOrEmpty(field.HelpMessage))) WriteLine("(Type !? for Help.)");
        var result = new Dictionary<string, PSObject>(StringComparer.OrdinalIgnoreCase);
        foreach (var field in descriptions)
        {
            // Input that ends gives no values at all: the engine then names the parameters that are missing.
            if (!fields.TryAsk(field, out var value)) return [];
            result[field.Name] = PSObject.AsPSObject(value);
        }

        return result;
    }

    /// <inheritdoc/>
    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        ArgumentNullException.ThrowIfNull(choices);
        EnsureInteractive($"'{message}'. -Confirm:$false or -Force answers confirmations beforehand");
        WriteCaption(caption, message);
        return new ChoicePrompt(this, choices, defaultChoice < 0 ? [] : [defaultChoice]).AskForOne();
    }

    /// <inheritdoc/>
    public Collection<int> PromptForChoice(string? caption, string? message, Collection<ChoiceDescription> choices, IEnumerable<int>? defaultChoices)
    {
        ArgumentNullException.ThrowIfNull(choices);
        EnsureInteractive($"'{message}'");
        WriteCaption(caption, message);
        return new ChoicePrompt(this, choices, [.. defaultChoices ?? []]).AskForSome();
    }

    /// <inheritdoc/>
    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
        PromptForCredential(caption, message, userName, targetName, PSCredentialTypes.Default, PSCredentialUIOptions.Default);

    /// <inheritdoc/>
    public override PSCredential PromptForCredential(
        string caption,
        string message,
        string userName,
        string targetName,
        PSCredentialTypes allowedCredentialTypes,
        PSCredentialUIOptions options)
    {
        EnsureInteractive("for a user name and a password");
        WriteCaption(caption, message);
        var name = userName;
        while (string.IsNullOrEmpty(name) || options.HasFlag(PSCredentialUIOptions.AlwaysPrompt))
        {
            name = ReadAnswer(string.IsNullOrEmpty(userName) ? "User: " : $"User ({userName}): ", mask: null) ?? throw EndOfInput("User");
            if (name.Length == 0) name = userName;
            if (!string.IsNullOrEmpty(name)) break;
        }

        var password = ReadAnswer($"Password for user {name}: ", mask: '*') ?? throw EndOfInput($"Password for user {name}");
        return new PSCredential(name, ToSecureString(password));
    }

    /// <summary>Asks a question and reads the answer.</summary>
    /// <param name="question">The question.</param>
    /// <param name="mask">What is shown in place of each character.</param>
    /// <returns>The answer; <see langword="null"/> when the input has ended.</returns>
    /// <exception cref="PipelineStoppedException">Ctrl+C.</exception>
    public string? ReadAnswer(string question, char? mask)
    {
        _progress.Clear();
        var line = _reader.Read(question, mask);
        switch (line.End)
        {
            case LineEnd.Entered:
                return line.Text;
            case LineEnd.EndOfInput:
                return null;
            default:
                Interrupt();
                throw new PipelineStoppedException();
        }
    }

    /// <summary>The failure of a question whose answer never came.</summary>
    /// <param name="question">The question.</param>
    /// <returns>The exception.</returns>
    public static PromptingException EndOfInput(string question) => new(
        $"The question '{question}' has no answer: standard input has ended.",
        innerException: null,
        "PromptEndOfInput",
        ErrorCategory.OperationStopped);

    /// <summary>Makes a secret of a text.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The secret.</returns>
    public static SecureString ToSecureString(string text)
    {
        var result = new SecureString();
        foreach (var character in text) result.AppendChar(character);
        result.MakeReadOnly();
        return result;
    }

    private void EnsureInteractive(string question)
    {
        if (!_isNonInteractive) return;
        throw new PSInvalidOperationException(
            $"PowerShell is in NonInteractive mode. Read and Prompt functionality is not available. It would have asked {question}.");
    }

    private void WriteCaption(string? caption, string? message)
    {
        _progress.Clear();
        if (!string.IsNullOrEmpty(caption))
        {
            WriteLine();
            WriteLine(ConsoleColor.White, AnsiColors.Unset, caption);
        }

        if (!string.IsNullOrEmpty(message)) WriteLine(message);
    }
}
