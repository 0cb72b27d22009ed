using System.Management.Automation;
using DevOps.Cmdlets.Tests.Hosting;
using DevOps.Model;
using DevOps.Server.Tests.Hosting;

namespace DevOps.Cmdlets.Tests.Heartbeats;

/// <summary>Checking and watching, in an installation that has deployed to two droplets that nobody can reach, and with a server of the test's own.</summary>
public sealed class HeartbeatCommandTests : IAsyncDisposable
{
    private readonly DeployedSession _bed = new();
    private readonly BackendServer _server = new("page");

    public ValueTask DisposeAsync()
    {
        _server.Dispose();
        return _bed.DisposeAsync();
    }

    [Fact]
    public void Where_there_is_nothing_to_check_that_is_the_error()
    {
        using var session = new CmdletSession();
        Assert.Equal(["HeartbeatTargetNotFound"], session.Invoke("Test-Heartbeat").ErrorIds);
        Assert.Equal(["HeartbeatTargetNotFound"], session.Invoke("Watch-Heartbeat").ErrorIds);
    }

    [Fact]
    public void Without_names_instances_and_added_targets_are_checked()
    {
        Invoke("Add-HeartbeatTarget page -Uri $uri");
        var heartbeats = Invoke("Test-Heartbeat").Objects<Heartbeat>();
        Assert.Equal(["web-1 of shop Down", "web-2 of shop Down", "page of  Up"], heartbeats.Select(heartbeat => $"{heartbeat.Target} of {heartbeat.Group} {heartbeat.State}"));
    }

    [Theory]
    [InlineData("Test-Heartbeat SHOP", "web-1 web-2")]
    [InlineData("Test-Heartbeat -Application none*", "")]
    [InlineData("Test-Heartbeat -Environment production", "web-1 web-2")]
    [InlineData("Test-Heartbeat -Fleet web", "web-1 web-2")]
    [InlineData("Test-Heartbeat -Target p*", "page")]
    [InlineData("Get-HeartbeatTarget | Test-Heartbeat", "page")]
    [InlineData("'page' | Test-Heartbeat", "page")]
    [InlineData("Test-Heartbeat -Target page, p*", "page")]
    public void What_is_asked_for_is_checked(string script, string names)
    {
        Invoke("Add-HeartbeatTarget page -Uri $uri");
        var result = Invoke(script);
        Assert.Empty(result.ErrorIds);
        Assert.Equal(names, string.Join(' ', result.Objects<Heartbeat>().Select(heartbeat => heartbeat.Target)));
    }

    [Theory]
    [InlineData("Test-Heartbeat nope", "ApplicationNotFound")]
    [InlineData("Test-Heartbeat -Environment unheard-of", "EnvironmentNotFound")]
    [InlineData("Test-Heartbeat -Fleet nope", "FleetNotFound")]
    [InlineData("Test-Heartbeat -Target nope", "HeartbeatTargetNotFound")]
    [InlineData("Watch-Heartbeat -Target nope", "HeartbeatTargetNotFound")]
    [InlineData("Get-HeartbeatTarget nope", "HeartbeatTargetNotFound")]
    [InlineData("Remove-HeartbeatTarget nope -Confirm:$false", "HeartbeatTargetNotFound")]
    [InlineData("Add-HeartbeatTarget page -Uri ftp://a", "HeartbeatTargetInvalid")]
    [InlineData("Add-HeartbeatTarget page -Uri https://me:secret@a -WhatIf", "HeartbeatTargetInvalid")]
    [InlineData("Get-ApplicationInstance shop web-1 | Test-Heartbeat", "HeartbeatTargetInvalid")]
    [InlineData("[DevOps.Model.HeartbeatTarget]::new() | Test-Heartbeat", "HeartbeatTargetInvalid")]
    [InlineData("Add-HeartbeatTarget '../page' -Uri http://a", "HeartbeatTargetInvalid")]
    [InlineData("Add-HeartbeatTarget page -Uri http://a -Timeout 1h", "HeartbeatTargetInvalid")]
    [InlineData("Add-HeartbeatTarget page -Uri http://a; Add-HeartbeatTarget page -Uri http://b", "HeartbeatTargetExists")]
    [InlineData("Add-HeartbeatTarget page -Uri http://a -UserName me", "HeartbeatTargetInvalid")]
    [InlineData("Add-HeartbeatTarget page -Uri http://a -Replicas 2", "HeartbeatTargetInvalid")]
    [InlineData("Add-HeartbeatTarget page -Uri http://a -Every 1d", "HeartbeatTargetInvalid")]
    [InlineData("Add-HeartbeatTarget flags -Uri redis://a -UserName me", "HeartbeatTargetInvalid")]
    [InlineData("Add-HeartbeatTarget flags -Uri redis://a -PasswordFile /nowhere/at/all -WhatIf", "HeartbeatTargetInvalid")]
    [InlineData("Add-HeartbeatTarget flags -Uri redis://a -PasswordFile ''", "HeartbeatTargetInvalid")]
    [InlineData("Add-HeartbeatTarget flags -Uri redis://a -Connection local", "HeartbeatTargetInvalid")]
    [InlineData("Add-HeartbeatTarget unit -Uri systemd://web-1", "HeartbeatTargetInvalid")]
    [InlineData("Add-HeartbeatTarget backup -Uri push://backup", "HeartbeatTargetInvalid")]
    [InlineData("Add-HeartbeatTarget backup -Uri push://other -Every 1d", "HeartbeatTargetInvalid")]
    [InlineData("Send-Heartbeat nope", "HeartbeatTargetNotFound")]
    [InlineData("Add-HeartbeatTarget page -Uri http://a; Send-Heartbeat page", "HeartbeatNotPushed")]
    [InlineData("Watch-Heartbeat shop -Interval 1ms", "HeartbeatIntervalInvalid")]
    [InlineData("Get-HeartbeatTask nope", "HeartbeatTaskNotFound")]
    [InlineData("Unregister-HeartbeatTask nope -Confirm:$false", "HeartbeatTaskNotFound")]
    [InlineData("Register-HeartbeatTask 'two words'", "HeartbeatTaskNameInvalid")]
    [InlineData("Register-HeartbeatTask -Interval 1s", "HeartbeatIntervalInvalid")]
    [InlineData("Register-HeartbeatTask -Connection nowhere", "ConnectionNotFound")]
    [InlineData("Register-HeartbeatTask -Application a -Fleet b", "AmbiguousParameterSet")]
    public void A_mistake_is_one_error(string script, string id) => Assert.Equal([id], Invoke(script).ErrorIds);

    [Fact]
    public void Quiet_says_whether_all_of_it_answers()
    {
        Invoke("Add-HeartbeatTarget page -Uri $uri");
        Assert.True(Invoke("Test-Heartbeat -Target page -Quiet").One<bool>());
        Assert.False(Invoke("Test-Heartbeat -Quiet").One<bool>());
        Assert.False(Invoke("Test-Heartbeat none* -Quiet").One<bool>());
    }

    [Fact]
    public void All_that_a_target_can_expect_is_kept_and_heeded()
    {
        Invoke("Add-HeartbeatTarget page -Uri $uri -Group shop -ExpectedStatus 200 -ExpectedText 'page 0' -ExpectedHeader 'Content-Type: text/plain' -DegradedAfter 4s -Timeout 5s -Fall 1 -Rise 2 -CertificateDays 30");
        var target = Invoke("Get-HeartbeatTarget").One<HeartbeatTarget>();
        Assert.Equal(("shop", 200, "page 0", TimeSpan.FromSeconds(4), 1, 2, 30), (target.Group, target.ExpectedStatus, target.ExpectedText, target.DegradedAfter, target.Fall, target.Rise, target.CertificateDays));
        Assert.Equal(HeartbeatState.Up, Invoke("Test-Heartbeat -Target page").One<Heartbeat>().State);
        _server.Behaviour = Behaviour.Fail;
        Assert.Equal("it was answered with 500 instead of 200", Invoke("Test-Heartbeat -Target page").One<Heartbeat>().Cause);
    }

    [Fact]
    public void A_job_s_call_makes_its_target_up_or_down()
    {
        Invoke("Add-HeartbeatTarget backup -Uri push://backup -Every 1d -Grace 2h");
        var target = Invoke("Get-HeartbeatTarget").One<HeartbeatTarget>();
        Assert.Equal((TimeSpan.FromDays(1), TimeSpan.FromHours(2)), (target.Period, target.Grace));
        Assert.Equal(HeartbeatState.Unknown, Invoke("Test-Heartbeat -Target backup").One<Heartbeat>().State);
        Assert.Empty(Invoke("Send-Heartbeat backup").Output);
        Assert.Equal(HeartbeatState.Up, Invoke("Test-Heartbeat -Target backup").One<Heartbeat>().State);
        var call = Invoke("Send-Heartbeat backup -Failed -Message \"disk`nfull\" -PassThru").One<HeartbeatCall>();
        Assert.Equal(("backup", HeartbeatOutcome.Failed, "disk full", Environment.MachineName, Environment.UserName), (call.Target, call.Outcome, call.Message, call.Host, call.User));
        Assert.Equal("the job failed: disk full", Invoke("Test-Heartbeat -Target backup").One<Heartbeat>().Cause);
        Assert.Equal("backup", Invoke("Get-HeartbeatTarget | Send-Heartbeat -PassThru").One<HeartbeatCall>().Target);
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void What_a_Redis_target_needs_is_kept_with_the_full_path_of_its_password()
    {
        var folder = Directory.CreateTempSubdirectory("devops-test-");
        try
        {
            var file = Path.Combine(folder.FullName, "password");
            File.WriteAllText(file, "geheim");
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            Assert.Empty(_bed.Session.Invoke("$null = $ExecutionContext.SessionState.Path.SetLocation($folder); Add-HeartbeatTarget flags -Uri redis://127.0.0.1:1 -UserName me -PasswordFile ./password -Replicas 2", ("folder", folder.FullName)).ErrorIds);
            var target = Invoke("Get-HeartbeatTarget").One<HeartbeatTarget>();
            Assert.Equal(("me", file, 2), (target.UserName, target.PasswordFile, target.ExpectedReplicas));
            Assert.Equal("flags", Invoke("Get-HeartbeatTarget | Add-HeartbeatTarget -Force -PassThru").One<HeartbeatTarget>().Name);
            Assert.Equal("the connection was refused", Invoke("Test-Heartbeat -Target flags").One<Heartbeat>().Cause);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_unit_of_a_droplet_that_nobody_can_reach_is_down()
    {
        Invoke("Add-HeartbeatTarget unit -Uri systemd://web-1/shop.service");
        Assert.Equal(HeartbeatState.Down, Invoke("Get-HeartbeatTarget | Test-Heartbeat").One<Heartbeat>().State);
        Assert.Equal("There is no connection called 'nowhere'", Invoke("Test-Heartbeat -Target unit -Connection nowhere").One<Heartbeat>().Cause);
        Invoke("Add-HeartbeatTarget unit -Uri systemd://web-1/shop.service -Connection elsewhere -Force");
        Assert.Equal("There is no connection called 'elsewhere'", Invoke("Get-HeartbeatTarget | Test-Heartbeat").One<Heartbeat>().Cause);
    }

    [Fact]
    public void With_WhatIf_nothing_is_added_or_removed()
    {
        Assert.Empty(Invoke("Add-HeartbeatTarget page -Uri $uri -WhatIf; Get-HeartbeatTarget").Output);
        Invoke("Add-HeartbeatTarget page -Uri $uri");
        Assert.Equal("page", Invoke("Remove-HeartbeatTarget page -WhatIf; Get-HeartbeatTarget").One<HeartbeatTarget>().Name);
        Assert.Empty(Invoke("Remove-HeartbeatTarget page -Confirm:$false; Get-HeartbeatTarget").Output);
    }

    [Fact]
    public void With_WhatIf_no_task_is_registered()
    {
        var result = Invoke("Register-HeartbeatTask test-of-the-module -Interval 5m -WhatIf; Get-HeartbeatTask");
        Assert.Empty(result.Output);
        Assert.Contains("Check each 300 s", Assert.Single(_bed.Session.Host.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void A_watch_emits_how_it_is_and_ends_when_a_command_downstream_has_enough()
    {
        var result = Invoke("Add-HeartbeatTarget page -Uri $uri; Watch-Heartbeat -Target page -Interval 250ms -All | ForEach-Object { $_; if (++$count -eq 3) { break } }");
        Assert.Equal(["page Up", "page Up", "page Up"], result.Objects<Heartbeat>().Select(heartbeat => heartbeat.ToString()));
    }

    [Fact]
    public async Task A_watch_ends_at_once_when_it_is_stopped_also_while_a_target_hangs()
    {
        using var hanging = new BackendServer("hangs") { Behaviour = Behaviour.ServeLate, Delay = TimeSpan.FromMinutes(10) };
        Invoke("Add-HeartbeatTarget page -Uri $uri");
        _bed.Session.Invoke("Add-HeartbeatTarget hangs -Uri $uri -Timeout 1m", ("uri", hanging.Uri));
        using var shell = _bed.Session.Create("Watch-Heartbeat -Target *");
        using var output = new PSDataCollection<PSObject>();
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        output.DataAdded += (_, _) => first.TrySetResult();
        var running = shell.BeginInvoke<PSObject, PSObject>(input: null, output);
        await first.Task.WaitAsync(TestContext.Current.CancellationToken);
        shell.Stop();
        Assert.True(running.IsCompleted);
        Assert.Equal("page Up", Assert.Single(output).ToString());
    }

    [Fact]
    public void The_Tab_key_offers_added_targets()
    {
        Invoke("Add-HeartbeatTarget page -Uri $uri");
        foreach (var line in (string[])["Get-HeartbeatTarget ", "Remove-HeartbeatTarget p", "Test-Heartbeat -Target "])
        {
            Assert.Equal("page", Invoke($"([System.Management.Automation.CommandCompletion]::CompleteInput('{line}', {line.Length}, $null)).CompletionMatches[0].CompletionText").One<string>());
        }
    }

    private CmdletResult Invoke(string script) => _bed.Session.Invoke(script, ("uri", _server.Uri));
}
