using System.Globalization;
using System.Management.Automation;
using System.Security.Cryptography;
using System.Text;
using DevOps.Cmdlets.Tests.Hosting;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Cmdlets.Tests.Alerts;

public sealed class AlertDestinationCommandTests : IAsyncDisposable
{
    private const string Secret = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LTEyMw==";

    private readonly CmdletSession _session = new();
    private readonly LoopbackServer _server = LoopbackServer.InTurn(new ScriptedAnswer(200));

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _session.Dispose();
    }

    [Fact]
    public void Without_destinations_nothing_is_listed_and_nothing_is_written()
    {
        var result = _session.Invoke("Get-AlertDestination");
        Assert.Empty(result.Output);
        Assert.Empty(result.ErrorIds);
        Assert.False(Directory.Exists(_session.StateFolder));
    }

    [Fact]
    public void A_secret_that_was_made_is_a_property_of_what_is_emitted_and_is_shown_that_once()
    {
        var added = Add("Add-AlertDestination ops -Uri $uri").One<AlertDestinationWithSecret>();
        Assert.StartsWith("whsec_", added.Secret, StringComparison.Ordinal);
        Assert.Equal(("ops", AlertDestinationKind.Webhook, AlertSeverity.Warning, "*", true, 0), (added.Name, added.Kind, added.MinimumSeverity, added.Source, added.IsSigned, added.Waiting));

        var later = _session.Invoke("Get-AlertDestination -Verbose | ForEach-Object { $_; $_.PSObject.Properties | ForEach-Object { \"$($_.Name)=$($_.Value)\" } }; Test-AlertDestination ops -Verbose");
        Assert.DoesNotContain(later.Output.Select(item => item.ToString()).Concat(later.Verbose), text => text.Contains(added.Secret, StringComparison.Ordinal));
    }

    [Fact]
    public void A_secret_that_was_given_signs_and_is_not_shown()
    {
        var result = Add("Add-AlertDestination ops -Uri $uri -Secret $secret -Verbose");
        Assert.Empty(result.ErrorIds);
        Assert.Empty(result.Output);
        Assert.True(_session.Invoke("Test-AlertDestination ops").One<AlertDelivery>().IsDelivered);
        var request = Assert.Single(_server.Requests);
        var content = $"{request.Headers["webhook-id"]}.{request.Headers["webhook-timestamp"]}.{request.Body}";
        Assert.Equal("v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(Secret), Encoding.UTF8.GetBytes(content))), request.Headers["webhook-signature"]);
        Assert.Equal("alert.test", System.Text.Json.JsonDocument.Parse(request.Body).RootElement.GetProperty("type").GetString());
    }

    [Fact]
    public void PassThru_shows_the_destination_and_feeds_the_test()
    {
        var delivery = Add("Add-AlertDestination ops -Uri $uri -Secret $secret -Source 'balancer/*' -MinimumSeverity Critical -Timeout 2s -PassThru | Test-AlertDestination").One<AlertDelivery>();
        Assert.True(delivery.IsDelivered);
        var listed = _session.Invoke("Get-AlertDestination OP*").One<AlertDestination>();
        Assert.Equal(("balancer/*", AlertSeverity.Critical, TimeSpan.FromSeconds(2)), (listed.Source, listed.MinimumSeverity, listed.Timeout));
        Assert.Equal(delivery, listed.LastDelivery);
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void A_command_is_found_like_a_shell_finds_it_and_its_arguments_stay_as_they_are()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no sh.");
        var file = Path.Combine(_session.Folder, "notify");
        File.WriteAllText(file, "#!/bin/sh\ntest \"$1\" = 'two words; $(reboot)'\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var added = _session.Invoke("Add-AlertDestination mail -Command ./notify -ArgumentList 'two words; $(reboot)' -PassThru").One<AlertDestination>();
        Assert.Equal([file, "two words; $(reboot)"], added.Command);
        Assert.True(_session.Invoke("Test-AlertDestination mail").One<AlertDelivery>().IsDelivered);
        Assert.Matches("/bin/true$", _session.Invoke("Add-AlertDestination other -Command true -PassThru").One<AlertDestination>().Command![0]);
    }

    [Theory]
    [InlineData("Add-AlertDestination '../ops' -Uri $uri", "AlertDestinationNameInvalid")]
    [InlineData("Add-AlertDestination ops -Uri http://hooks.example.com/", "AlertAddressInvalid")]
    [InlineData("Add-AlertDestination ops -Uri $uri -Secret $weak", "AlertSecretInvalid")]
    [InlineData("Add-AlertDestination ops -Uri $uri -Source '[x]'", "AlertSourceInvalid")]
    [InlineData("Add-AlertDestination ops -Uri $uri -Timeout 1h", "AlertTimeoutInvalid")]
    [InlineData("Add-AlertDestination ops -Command no-such-program", "AlertCommandNotFound")]
    [InlineData("Add-AlertDestination ops -Command Variable:/x/y", "PathInvalid")]
    [InlineData("Get-AlertDestination nobody", "AlertDestinationNotFound")]
    [InlineData("Test-AlertDestination nobody", "AlertDestinationNotFound")]
    [InlineData("Remove-AlertDestination nobody -Confirm:$false", "AlertDestinationNotFound")]
    [InlineData("Remove-AlertDestination * -Confirm:$false", "AlertDestinationNameInvalid")]
    [InlineData("Add-AlertDestination ops -Uri $uri -Command true", "AmbiguousParameterSet")]
    public void What_cannot_be_is_one_error(string script, string id)
    {
        Assert.Equal([id], Add(script).ErrorIds);
        Assert.Empty(_session.Invoke("Get-AlertDestination").Output);
    }

    [Fact]
    public void A_taken_name_needs_force()
    {
        Add("Add-AlertDestination ops -Uri $uri -Secret $secret");
        var result = Add("Add-AlertDestination ops -Uri https://hooks.example.com/x -Secret $secret");
        Assert.Equal(["AlertDestinationTaken"], result.ErrorIds);
        Assert.Contains("-Force", result.Errors[0].ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal("https://hooks.example.com/x", Add("Add-AlertDestination ops -Uri https://hooks.example.com/x -Secret $secret -Force -PassThru").One<AlertDestination>().Uri!.ToString());
    }

    [Fact]
    public void WhatIf_adds_and_removes_nothing()
    {
        Add("Add-AlertDestination ops -Uri $uri -WhatIf");
        Assert.Empty(_session.Invoke("Get-AlertDestination").Output);
        Add("Add-AlertDestination ops -Uri $uri");
        _session.Invoke("Get-AlertDestination | Remove-AlertDestination -WhatIf");
        Assert.Single(_session.Invoke("Get-AlertDestination").Output);
    }

    [Fact]
    public void A_removal_asks_first_and_says_what_waits()
    {
        Add("Add-AlertDestination ops -Uri $uri");
        Add("Add-AlertDestination dev -Uri $uri");
        var spool = Directory.CreateDirectory(Path.Combine(_session.StateFolder, "alerts", "spool", "ops")).FullName;
        for (var i = 1; i <= 2; i++) File.WriteAllText(Path.Combine(spool, string.Create(CultureInfo.InvariantCulture, $"{i:D19}-{new string('0', 16)}-{i:D16}.json")), "{}");
        _session.Host.Answers.Enqueue("No");
        _session.Invoke("Remove-AlertDestination ops");
        Assert.Contains("2 waiting alerts", Assert.Single(_session.Host.Questions), StringComparison.Ordinal);
        Assert.Equal(2, _session.Invoke("Get-AlertDestination ops").One<AlertDestination>().Waiting);
        Assert.Empty(_session.Invoke("Get-AlertDestination ops | Remove-AlertDestination -Confirm:$false").ErrorIds);
        Assert.Equal("dev", _session.Invoke("Get-AlertDestination").One<AlertDestination>().Name);
        Assert.Empty(Directory.EnumerateFiles(spool));
    }

    [Fact]
    public void A_damaged_file_is_one_error_and_the_others_are_shown()
    {
        Add("Add-AlertDestination dev -Uri $uri; Add-AlertDestination ops -Uri $uri");
        File.WriteAllText(Path.Combine(_session.StateFolder, "alerts", "destinations", "dev.json"), "{");
        var result = _session.Invoke("Get-AlertDestination");
        Assert.Equal(["AlertDestinationDamaged"], result.ErrorIds);
        Assert.Equal("ops", Assert.Single(result.Objects<AlertDestination>()).Name);
    }

    [Fact]
    public void A_failed_test_is_a_result_and_no_error()
    {
        Add("Add-AlertDestination mail -Command false -PassThru");
        var delivery = _session.Invoke("Test-AlertDestination mail").One<AlertDelivery>();
        Assert.False(delivery.IsDelivered);
        Assert.EndsWith("ended with exit code 1", delivery.Cause, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Get-AlertDestination o", "ops")]
    [InlineData("Test-AlertDestination ", "dev ops")]
    [InlineData("Remove-AlertDestination -Name d", "dev")]
    public void Names_are_completed(string line, string names)
    {
        Add("Add-AlertDestination dev -Uri $uri; Add-AlertDestination ops -Uri $uri");
        using var shell = _session.Create(string.Empty);
        shell.Commands.Clear();
        var completions = CommandCompletion.CompleteInput(line, line.Length, [], shell);
        Assert.Equal(names, string.Join(' ', completions.CompletionMatches.Select(match => match.CompletionText)));
    }

    private CmdletResult Add(string script) => _session.Invoke(script, ("uri", _server.Address), ("secret", Secure(Secret)), ("weak", Secure("hunter2")));

    private static System.Security.SecureString Secure(string text) => new System.Net.NetworkCredential(string.Empty, text).SecurePassword;
}
