using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Net;
using DevOps.Shell.Tests.Support;

namespace DevOps.Shell.Tests.Hosting;

public sealed class PromptTests
{
    [Fact]
    public void A_confirmation_is_written_as_PowerShell_writes_it()
    {
        using var terminal = new FakeTerminal("n\n");

        Assert.Equal(1, terminal.Ui.PromptForChoice("Confirm", "Remove the fleet itrust?", YesNo(), 0));
        Assert.Equal("\nConfirm\nRemove the fleet itrust?\n[Y] Yes  [N] No  [?] Help (default is \"Y\"): ", terminal.Output);
    }

    [Theory]
    [InlineData("\n", 0)]
    [InlineData("y\n", 0)]
    [InlineData("NO\n", 1)]
    [InlineData("maybe\n n \n", 1)]
    public void An_answer_is_a_letter_a_word_or_the_default(string typed, int expected)
    {
        using var terminal = new FakeTerminal(typed);

        Assert.Equal(expected, terminal.Ui.PromptForChoice("", "Continue?", YesNo(), 0));
    }

    [Fact]
    public void A_question_mark_explains_the_answers_and_asks_again()
    {
        using var terminal = new FakeTerminal("?\ny\n");

        terminal.Ui.PromptForChoice("", "Continue?", YesNo(), 1);

        Assert.Contains("Y - Goes on.\nN - Stops.\n", terminal.Output, StringComparison.Ordinal);
        Assert.Equal(2, terminal.Output.Split("[?] Help").Length - 1);
    }

    [Fact]
    public void Without_a_default_an_empty_answer_is_asked_for_again()
    {
        using var terminal = new FakeTerminal("\n\ny\n");

        Assert.Equal(0, terminal.Ui.PromptForChoice("", "Continue?", YesNo(), -1));
        Assert.Equal(3, terminal.Output.Split("[?] Help").Length - 1);
    }

    [Fact]
    public void Input_that_ends_without_an_answer_says_which_question_is_open()
    {
        using var terminal = new FakeTerminal("maybe");

        var failure = Assert.Throws<PromptingException>(() => terminal.Ui.PromptForChoice("", "Continue?", YesNo(), 0));
        Assert.Equal("PromptEndOfInput", failure.ErrorRecord.FullyQualifiedErrorId);
    }

    [Fact]
    public void Several_choices_are_read_until_an_empty_line()
    {
        using var terminal = new FakeTerminal("n\ny\n\n");

        Assert.Equal([1, 0], terminal.Ui.PromptForChoice("", "Which?", YesNo(), []));
    }

    [Fact]
    public void Several_choices_have_several_defaults()
    {
        using var terminal = new FakeTerminal("\n");

        Assert.Equal([0, 1], terminal.Ui.PromptForChoice("", "Which?", YesNo(), [0, 1]));
        Assert.Contains("(default choices are Y,N)", terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_of_the_wrong_type_is_refused_and_asked_for_again()
    {
        using var terminal = new FakeTerminal("many\n5\n");

        var values = terminal.Ui.Prompt("", "", [Field("Count", typeof(int))]);

        Assert.Equal(5, values["Count"].BaseObject);
        Assert.Equal("Cannot recognize \"many\" as a System.Int32.\n", terminal.Error);
    }

    [Fact]
    public void A_list_is_read_until_an_empty_line()
    {
        using var terminal = new FakeTerminal("a\nb\n\n");

        var values = terminal.Ui.Prompt("", "", [Field("Name", typeof(string[]))]);

        Assert.Equal(["a", "b"], (string[])values["Name"].BaseObject);
        Assert.Equal("Name[0]: Name[1]: Name[2]: ", terminal.Output);
    }

    [Fact]
    public void A_secret_becomes_one()
    {
        using var terminal = new FakeTerminal("geheim\n");

        var secret = (System.Security.SecureString)terminal.Ui.Prompt("", "", [Field("Token", typeof(System.Security.SecureString))])["Token"].BaseObject;

        Assert.Equal("geheim", new NetworkCredential("", secret).Password);
    }

    [Fact]
    public void The_help_of_a_field_is_shown_when_asked_for()
    {
        using var terminal = new FakeTerminal("!?\n5\n");
        var field = Field("Count", typeof(int));
        field.HelpMessage = "How many droplets.";

        terminal.Ui.Prompt("", "", [field]);

        Assert.Equal("(Type !? for Help.)\nCount: How many droplets.\nCount: ", terminal.Output);
    }

    [Fact]
    public void Input_that_ends_gives_no_values_so_that_the_engine_names_what_is_missing()
    {
        using var terminal = new FakeTerminal("a\n");

        Assert.Empty(terminal.Ui.Prompt("", "", [Field("First", typeof(string)), Field("Second", typeof(string))]));
    }

    [Fact]
    public void A_credential_keeps_the_name_that_is_known()
    {
        using var terminal = new FakeTerminal("geheim\n");

        var credential = terminal.Ui.PromptForCredential("", "", "ada", "");

        Assert.Equal(("ada", "geheim"), (credential.UserName, credential.GetNetworkCredential().Password));
        Assert.Equal("Password for user ada: ", terminal.Output);
    }

    [Fact]
    public void Ctrl_C_at_a_question_stops_the_pipeline()
    {
        var isInterrupted = false;
        using var terminal = new FakeTerminal("ab\u0003", isTerminal: true);
        terminal.Ui.Interrupt = () => isInterrupted = true;

        Assert.Throws<PipelineStoppedException>(() => terminal.Ui.ReadLine());
        Assert.True(isInterrupted);
    }

    [Fact]
    public void Progress_is_out_of_the_way_of_a_question()
    {
        using var terminal = new FakeTerminal("y\n", isTerminal: true);
        terminal.Ui.WriteProgress(1, new ProgressRecord(1, "Deploying", "host 1"));
        terminal.TakeOutput();

        terminal.Ui.PromptForChoice("Confirm", "Continue?", YesNo(), 0);

        Assert.StartsWith("\r\u001b[J\n", terminal.TakeOutput(), StringComparison.Ordinal);
    }

    private static Collection<ChoiceDescription> YesNo() => [new("&Yes", "Goes on."), new("&No", "Stops.")];

    private static FieldDescription Field(string name, Type type)
    {
        var field = new FieldDescription(name);
        field.SetParameterType(type);
        return field;
    }
}
