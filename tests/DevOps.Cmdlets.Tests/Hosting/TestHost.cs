using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace DevOps.Cmdlets.Tests.Hosting;

/// <summary>A host that notes what is written and asked, and answers what the test has given it. An unexpected question fails.</summary>
public sealed class TestHost : PSHost
{
    private readonly TestHostInterface _interface = new();

    /// <summary>Lines written to the console, such as those of -WhatIf.</summary>
    public IReadOnlyList<string> Lines => _interface.Lines;

    /// <summary>Lines that a script wrote to the console as errors.</summary>
    public IReadOnlyList<string> ErrorLines => _interface.ErrorLines;

    /// <summary>The questions that were asked: caption and message on lines of their own.</summary>
    public IReadOnlyList<string> Questions => _interface.Questions;

    /// <summary>The labels that the coming questions are answered with, such as <c>Yes</c> and <c>No</c>.</summary>
    public Queue<string> Answers => _interface.Answers;

    /// <inheritdoc/>
    public override CultureInfo CurrentCulture => CultureInfo.InvariantCulture;

    /// <inheritdoc/>
    public override CultureInfo CurrentUICulture => CultureInfo.InvariantCulture;

    /// <inheritdoc/>
    public override Guid InstanceId { get; } = Guid.NewGuid();

    /// <inheritdoc/>
    public override string Name => "DevOps.Tests";

    /// <inheritdoc/>
    public override PSHostUserInterface UI => _interface;

    /// <inheritdoc/>
    public override Version Version { get; } = new(1, 0);

    /// <inheritdoc/>
    public override void EnterNestedPrompt() => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void ExitNestedPrompt() => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void NotifyBeginApplication()
    {
    }

    /// <inheritdoc/>
    public override void NotifyEndApplication()
    {
    }

    /// <inheritdoc/>
    public override void SetShouldExit(int exitCode) => throw new NotSupportedException("A cmdlet must not end the session.");

    private sealed class TestHostInterface : PSHostUserInterface
    {
        public List<string> Lines { get; } = [];

        public List<string> ErrorLines { get; } = [];

        public List<string> Questions { get; } = [];

        public Queue<string> Answers { get; } = new();

        public override PSHostRawUserInterface? RawUI => null;

        public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) =>
            throw new NotSupportedException($"Unexpected prompt: {caption} {message} {string.Join(", ", descriptions.Select(field => field.Name))}");

        public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
        {
            Questions.Add($"{caption}\n{message}");
            if (!Answers.TryDequeue(out var answer)) throw new NotSupportedException($"Unexpected question: {caption} {message}");
            var labels = choices.Select(choice => choice.Label.Replace("&", string.Empty, StringComparison.Ordinal)).ToList();
            var index = labels.IndexOf(answer);
            return index >= 0 ? index : throw new NotSupportedException($"'{answer}' is none of: {string.Join(", ", labels)}.");
        }

        public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
            throw new NotSupportedException($"Unexpected credential prompt: {caption} {message}");

        public override PSCredential PromptForCredential(
            string caption,
            string message,
            string userName,
            string targetName,
            PSCredentialTypes allowedCredentialTypes,
            PSCredentialUIOptions options) => PromptForCredential(caption, message, userName, targetName);

        public override string ReadLine() => throw new NotSupportedException("Unexpected ReadLine.");

        public override SecureString ReadLineAsSecureString() => throw new NotSupportedException("Unexpected ReadLineAsSecureString.");

        public override void Write(string value) => Lines.Add(value);

        public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => Lines.Add(value);

        public override void WriteLine(string value) => Lines.Add(value);

        public override void WriteErrorLine(string value) => ErrorLines.Add(value);

        // These reach the pipeline's own streams, where results are collected from.
        public override void WriteDebugLine(string message)
        {
        }

        public override void WriteProgress(long sourceId, ProgressRecord record)
        {
        }

        public override void WriteVerboseLine(string message)
        {
        }

        public override void WriteWarningLine(string message)
        {
        }
    }
}
