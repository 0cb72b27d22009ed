using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Reflection;

namespace DevOps.Shell.Hosting;

/// <summary>What the engine knows of the program that it runs in.</summary>
internal sealed class ShellHost : PSHost
{
    private readonly ShellUserInterface _ui;

    /// <summary>Makes a host.</summary>
    /// <param name="ui">How it talks to the user.</param>
    public ShellHost(ShellUserInterface ui) => _ui = ui;

    /// <summary>The exit code of an <c>exit</c>; <see langword="null"/> while nobody wants to leave.</summary>
    public int? ExitCode { get; private set; }

    /// <summary>Runs commands while the running pipeline waits: the Suspend answer of a confirmation.</summary>
    public Action? NestedPrompt { get; set; }

    /// <summary>How deep the nested prompts are.</summary>
    public int NestingLevel { get; private set; }

    /// <inheritdoc/>
    public override string Name => "DevOpsShell";

    /// <inheritdoc/>
    public override Version Version { get; } = typeof(ShellHost).Assembly.GetName().Version ?? new Version(0, 0);

    /// <inheritdoc/>
    public override Guid InstanceId { get; } = Guid.NewGuid();

    /// <inheritdoc/>
    public override PSHostUserInterface UI => _ui;

    /// <inheritdoc/>
    public override CultureInfo CurrentCulture { get; } = CultureInfo.CurrentCulture;

    /// <inheritdoc/>
    public override CultureInfo CurrentUICulture { get; } = CultureInfo.CurrentUICulture;

    /// <summary>The version of the engine as people name it, without the build's commit.</summary>
    /// <returns>For example 7.6.9.</returns>
    public static string EngineVersion()
    {
        var version = typeof(PSObject).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? string.Empty;
        return version.Split(' ', '+')[0];
    }

    /// <summary>Forgets an <c>exit</c>, which ended a nested prompt and not the session.</summary>
    public void StayOpen() => ExitCode = null;

    /// <inheritdoc/>
    public override void SetShouldExit(int exitCode) => ExitCode = exitCode;

    /// <inheritdoc/>
    public override void EnterNestedPrompt()
    {
        if (NestedPrompt is null) throw new PSInvalidOperationException("There is nobody to type commands: the shell does not read from a terminal.");
        NestingLevel++;
        try
        {
            NestedPrompt();
        }
        finally
        {
            NestingLevel--;
            IsNestedPromptLeft = false;
        }
    }

    /// <summary>Whether the innermost nested prompt is to end.</summary>
    public bool IsNestedPromptLeft { get; private set; }

    /// <inheritdoc/>
    public override void ExitNestedPrompt() => IsNestedPromptLeft = NestingLevel > 0;

    /// <inheritdoc/>
    public override void NotifyBeginApplication() => _ui.YieldTerminal();

    /// <inheritdoc/>
    public override void NotifyEndApplication() => _ui.RetakeTerminal();
}
