using DevOps.Shell.Tests.Support;

namespace DevOps.Shell.Tests.Sessions;

[Trait("Category", "Slow")]
public sealed class NonInteractiveTests
{
    [Fact]
    public async Task A_missing_parameter_is_named_and_not_asked_for()
    {
        var run = await BundledShell.RunAsync(["-NonInteractive", "-Command", "function Ask { param([Parameter(Mandatory)] $Name) $Name }; Ask"], "itrust\n");

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("missing mandatory parameters: Name", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_confirmation_fails_with_the_question_and_the_way_to_answer_it_beforehand()
    {
        const string Command = "function Remove-It { [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')] param() if ($PSCmdlet.ShouldProcess('itrust')) { 'removed' } }; Remove-It";

        var run = await BundledShell.RunAsync(["-NonInteractive", "-Command", Command], "y\n");

        Assert.Empty(run.Output);
        Assert.Contains("PowerShell is in NonInteractive mode", run.Error, StringComparison.Ordinal);
        Assert.Contains("on target \"itrust\"", run.Error, StringComparison.Ordinal);
        Assert.Contains("-Confirm:$false", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("$Host.UI.ReadLine()")]
    [InlineData("$Host.UI.ReadLineAsSecureString()")]
    [InlineData("$Host.UI.PromptForCredential('', '', '', '')")]
    [InlineData("$Host.UI.RawUI.ReadKey()")]
    public async Task Nothing_is_read(string command)
    {
        var run = await BundledShell.RunAsync(["-NonInteractive", "-Command", command], "x\n");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("NonInteractive mode", run.Error, StringComparison.Ordinal);
    }
}
