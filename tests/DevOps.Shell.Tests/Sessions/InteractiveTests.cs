using DevOps.Shell.Tests.Support;

namespace DevOps.Shell.Tests.Sessions;

/// <summary>What a person sees who works in a terminal.</summary>
[Trait("Category", "Slow")]
public sealed class InteractiveTests
{
    [Fact]
    public async Task A_prompt_says_where_one_is_and_a_command_is_answered()
    {
        using var terminal = PseudoTerminal.Start("-NoLogo", "-WorkingDirectory", "/usr");

        await terminal.WaitForAsync("PS /usr> ");
        await terminal.TypeAsync("6 * 7\r");
        await terminal.WaitForAsync("6 * 7\r\n42\r\n");
        await terminal.WaitForAsync("PS /usr> ");
        await terminal.TypeAsync("exit 5\r");

        Assert.Equal(5, (await terminal.WaitForEndAsync()).ExitCode);
    }

    [Fact]
    public async Task An_incomplete_line_is_continued()
    {
        using var terminal = PseudoTerminal.Start("-NoLogo");

        await terminal.WaitForAsync("> ");
        await terminal.TypeAsync("foreach ($n in 1..2) {\r");
        await terminal.WaitForAsync(">> ");
        await terminal.TypeAsync("\"number $n\"\r");
        await terminal.WaitForAsync(">> ");
        await terminal.TypeAsync("}\r");

        await terminal.WaitForAsync("number 1\r\nnumber 2\r\n");
    }

    [Fact]
    public async Task What_is_erased_is_not_run()
    {
        using var terminal = PseudoTerminal.Start("-NoLogo");

        await terminal.WaitForAsync("> ");
        await terminal.TypeAsync("'wrong\u007f\u007f\u007f\u007f\u007fright'\r");

        await terminal.WaitForAsync("\r\nright\r\n");
    }

    [Fact]
    public async Task Ctrl_C_gives_up_the_line_and_not_the_session()
    {
        using var terminal = PseudoTerminal.Start("-NoLogo");

        await terminal.WaitForAsync("> ");
        await terminal.TypeAsync("exit 9\u0003");
        await terminal.WaitForAsync("> ");
        await terminal.TypeAsync("exit 2\r");

        Assert.Equal(2, (await terminal.WaitForEndAsync()).ExitCode);
    }

    [Fact]
    public async Task Ctrl_C_stops_the_pipeline_and_not_the_session()
    {
        using var terminal = PseudoTerminal.Start("-NoLogo");

        await terminal.WaitForAsync("> ");
        await terminal.TypeAsync("try { $Host.UI.WriteLine('be' + 'gun'); while ($true) { } } finally { $Host.UI.WriteLine('tid' + 'ied') }\r");
        await terminal.WaitForAsync("begun");
        await terminal.TypeAsync("\u0003");
        await terminal.WaitForAsync("tidied");
        await terminal.WaitForAsync("> ");
        await terminal.TypeAsync("exit 2\r");

        Assert.Equal(2, (await terminal.WaitForEndAsync()).ExitCode);
    }

    [Fact]
    public async Task An_error_leaves_the_session_open_and_is_shown_once()
    {
        using var terminal = PseudoTerminal.Start("-NoLogo");

        await terminal.WaitForAsync("> ");
        await terminal.TypeAsync("throw ('oh' + ' no'); 1\r");
        await terminal.WaitForAsync("oh no");
        await terminal.WaitForAsync("> ");
        await terminal.TypeAsync("$Error.Count; exit\r");

        var (exitCode, text) = await terminal.WaitForEndAsync();
        Assert.Equal(0, exitCode);
        Assert.Contains("\r\n1\r\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_end_of_the_input_ends_the_session()
    {
        using var terminal = PseudoTerminal.Start("-NoLogo");

        await terminal.WaitForAsync("> ");
        await terminal.TypeAsync("\u0004");

        Assert.Equal(0, (await terminal.WaitForEndAsync()).ExitCode);
    }

    [Fact]
    public async Task A_secret_is_not_shown_while_it_is_typed()
    {
        using var terminal = PseudoTerminal.Start("-Command", "function Ask { param([Parameter(Mandatory)] [securestring] $Secret) \"length $($Secret.Length)\" }; Ask");

        await terminal.WaitForAsync("Secret: ");
        await terminal.TypeAsync("geheim\r");
        var (_, text) = await terminal.WaitForEndAsync();

        Assert.Contains("******\r\n", text, StringComparison.Ordinal);
        Assert.Contains("length 6", text, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_C_at_a_question_stops_the_pipeline_that_asks()
    {
        using var terminal = PseudoTerminal.Start("-NoLogo");

        await terminal.WaitForAsync("> ");
        await terminal.TypeAsync("function Ask { param([Parameter(Mandatory)] $Name) }; Ask; 'go' + 'es on'\r");
        await terminal.WaitForAsync("Name: ");
        await terminal.TypeAsync("\u0003");
        await terminal.WaitForAsync("> ");
        await terminal.TypeAsync("exit 2\r");

        var (exitCode, text) = await terminal.WaitForEndAsync();
        Assert.Equal(2, exitCode);
        Assert.DoesNotContain("goes on", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_credential_is_asked_for_by_name_and_the_password_is_not_shown()
    {
        using var terminal = PseudoTerminal.Start("-Command", "$given = $Host.UI.PromptForCredential('Sign in', 'To the registry.', '', ''); \"$($given.UserName) $($given.Password.Length)\"");

        await terminal.WaitForAsync("To the registry.");
        await terminal.WaitForAsync("User: ");
        await terminal.TypeAsync("ada\r");
        await terminal.WaitForAsync("Password for user ada: ");
        await terminal.TypeAsync("geheim\r");
        var (_, text) = await terminal.WaitForEndAsync();

        Assert.Contains("ada 6", text, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Suspend_answers_a_confirmation_later()
    {
        const string Command = "function Remove-It { [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')] param() if ($PSCmdlet.ShouldProcess('itrust')) { 'rem' + 'oved' } }; Remove-It";
        using var terminal = PseudoTerminal.Start("-Command", Command);

        await terminal.WaitForAsync("(default is \"Y\"): ");
        await terminal.TypeAsync("s\r");
        await terminal.WaitForAsync(">> ");
        await terminal.TypeAsync("'look' + 'ed'\r");
        await terminal.WaitForAsync("looked");
        await terminal.WaitForAsync(">> ");
        await terminal.TypeAsync("exit\r");
        await terminal.WaitForAsync("(default is \"Y\"): ");
        await terminal.TypeAsync("y\r");
        await terminal.WaitForAsync("removed");

        Assert.Equal(0, (await terminal.WaitForEndAsync()).ExitCode);
    }
}
