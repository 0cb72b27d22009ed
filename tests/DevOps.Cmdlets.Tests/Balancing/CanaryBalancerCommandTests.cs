using System.Management.Automation;
using DevOps.Model;
using DevOps.Server.Tests.Hosting;

namespace DevOps.Cmdlets.Tests.Balancing;

[Trait("Category", "Slow")]
public sealed class CanaryBalancerCommandTests : IAsyncDisposable
{
    private readonly BalancerSession _bed = new();

    public ValueTask DisposeAsync() => _bed.DisposeAsync();

    [Fact]
    public void A_start_emits_the_balancer_when_asked_to()
    {
        Assert.Empty(_bed.Invoke(_bed.Start).Output);
        var balancer = _bed.Invoke("Get-CanaryBalancer").One<CanaryBalancer>();
        Assert.Equal(("shop", BalancerState.Running, "2:1", _bed.Port), (balancer.Name, balancer.State, balancer.Split, balancer.Uri.Port));
        Assert.Equal(["production-1", "canary-1"], balancer.Backends.Select(backend => backend.Name));
        Assert.Equal(balancer.ProcessId, _bed.Begin().ProcessId);
    }

    [Fact]
    public void A_start_with_the_same_settings_says_that_there_is_nothing_to_do()
    {
        _bed.Begin();
        var again = _bed.Invoke($"{_bed.Start} -Verbose -WhatIf");
        Assert.DoesNotContain(_bed.Session.Host.Lines, line => line.Contains("What if", StringComparison.Ordinal));
        Assert.Contains(again.Verbose, line => line.Contains("nothing was changed", StringComparison.Ordinal));
    }

    [Fact]
    public void Instances_from_the_pipeline_become_backends_by_their_roles()
    {
        var instances = new[] { Instance("checkbox-2", _bed.Canary.Port, ApplicationRole.Canary), Instance("checkbox-1", _bed.Production.Port, ApplicationRole.Production) };
        var balancer = _bed.Invoke($"$instances | Start-CanaryBalancer -Name shop -Port {_bed.Port} -PassThru", ("instances", instances)).One<CanaryBalancer>();
        Assert.Equal(["checkbox-2 Canary 1", "checkbox-1 Production 2"], balancer.Backends.Select(backend => $"{backend.Name} {backend.Role} {backend.Weight}"));
    }

    [Fact]
    public void Every_setting_can_be_said()
    {
        var statusPort = FreePort.Find();
        _bed.Begin($"-ProductionWeight 9 -CanaryWeight 2 -HealthTimeout 500ms -Fall 3 -Rise 4 -Sticky -StatusPort {statusPort} -AllowCanaryAlone -RetryUnsafe -HideServedBy -KeepFailingCanary -NoAccessLog -AnswerTimeout 7 -ConnectTimeout 250ms -DrainTimeout 1m -MaxRequestBody 10MB -ListenAddress 0.0.0.0");
        var settings = _bed.Settings()!;
        Assert.Equal([9, 2], settings.Backends.Select(backend => backend.Weight));
        Assert.Equal(("/check", 100d, 500d, 3, 4), (settings.Check.Path, settings.Check.Interval.TotalMilliseconds, settings.Check.Timeout.TotalMilliseconds, settings.Check.Fall, settings.Check.Rise));
        Assert.Equal((true, true, true, false, false, false), (settings.IsSticky, settings.AllowsCanaryAlone, settings.RetriesUnsafeRequests, settings.ShowsServedBy, settings.EjectsFailingCanary, settings.WritesAccessLog));
        Assert.Equal((7d, 250d, 60d), (settings.AnswerTimeout.TotalSeconds, settings.ConnectTimeout.TotalMilliseconds, settings.DrainTimeout.TotalSeconds));
        Assert.Equal((statusPort, 10L << 20, "0.0.0.0"), (settings.StatusPort, settings.MaxRequestBody, settings.ListenAddress));
    }

    [Fact]
    public void A_switch_that_is_not_given_stays_and_one_that_is_denied_goes()
    {
        _bed.Begin("-Sticky -HideServedBy");
        _bed.Invoke("Set-CanaryBalancer shop -HideServedBy:$false");
        Assert.Equal((true, true), (_bed.Settings()!.IsSticky, _bed.Settings()!.ShowsServedBy));
        _bed.Invoke("Start-CanaryBalancer shop -Sticky:$false");
        Assert.False(_bed.Settings()!.IsSticky);
    }

    [Fact]
    public void WhatIf_says_what_would_be_done_and_does_nothing()
    {
        Assert.Empty(_bed.Invoke($"{_bed.Start} -WhatIf").ErrorIds);
        Assert.Contains(_bed.Session.Host.Lines, line => line.Contains($"Start the balancer at http://127.0.0.1:{_bed.Port}/", StringComparison.Ordinal));
        Assert.Null(_bed.Settings());

        _bed.Begin();
        _bed.Invoke("Set-CanaryBalancer shop -CanaryWeight 5 -WhatIf");
        Assert.Contains(_bed.Session.Host.Lines, line => line.Contains("Change weight of canary-1 1 -> 5", StringComparison.Ordinal));
        _bed.Invoke("Restart-CanaryBalancer shop -WhatIf; Stop-CanaryBalancer shop -Remove -WhatIf");
        Assert.Equal(1, _bed.Settings()!.Version);
        Assert.Equal("2:1", _bed.Invoke("Get-CanaryBalancer").One<CanaryBalancer>().Split);
    }

    [Fact]
    public void A_port_that_is_taken_names_who_has_it()
    {
        var result = _bed.Invoke($"Start-CanaryBalancer shop -Production http://127.0.0.1:1 -Port {_bed.Production.Port}");
        Assert.Equal(["PortTaken"], result.ErrorIds);
        Assert.Contains($"(process {Environment.ProcessId})", result.Errors[0].Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mistake_is_an_error_about_the_balancer_and_the_next_is_still_changed()
    {
        _bed.Begin();
        var result = _bed.Invoke("Set-CanaryBalancer nobody, shop -CanaryWeight 3 -PassThru");
        Assert.Equal(["BalancerNotFound"], result.ErrorIds);
        Assert.Equal(("nobody", ErrorCategory.ObjectNotFound), (result.Errors[0].TargetObject, result.Errors[0].CategoryInfo.Category));
        Assert.Equal("2:3", Assert.Single(result.Objects<CanaryBalancer>()).Split);
    }

    [Fact]
    public void Names_are_matched_by_wildcards_and_an_exact_one_that_is_missing_is_an_error()
    {
        Assert.Empty(_bed.Invoke("Get-CanaryBalancer; Get-CanaryBalancer s*").ErrorIds);
        _bed.Begin();
        var result = _bed.Invoke("Get-CanaryBalancer S*, none");
        Assert.Equal(["BalancerNotFound"], result.ErrorIds);
        Assert.Equal("shop", Assert.Single(result.Objects<CanaryBalancer>()).Name);
    }

    [Fact]
    public void A_restart_emits_another_process()
    {
        var first = _bed.Begin();
        Assert.NotEqual(first.ProcessId, _bed.Invoke("Get-CanaryBalancer | Restart-CanaryBalancer -PassThru").One<CanaryBalancer>().ProcessId);
    }

    [Fact]
    public void Balancers_from_the_pipeline_are_stopped_started_and_forgotten()
    {
        _bed.Begin();
        Assert.Equal(BalancerState.Stopped, _bed.Invoke("Get-CanaryBalancer | Stop-CanaryBalancer -PassThru").One<CanaryBalancer>().State);
        Assert.Equal(BalancerState.Running, _bed.Invoke("Get-CanaryBalancer | Start-CanaryBalancer -PassThru").One<CanaryBalancer>().State);
        var removed = _bed.Invoke("Get-CanaryBalancer | Stop-CanaryBalancer -Remove -DrainTimeout 1s -PassThru");
        Assert.Empty(removed.ErrorIds);
        Assert.Empty(removed.Output);
        Assert.Empty(_bed.Invoke("Get-CanaryBalancer").Output);
    }

    [Fact]
    public void Events_come_live_and_a_downstream_command_that_has_enough_ends_it()
    {
        _bed.Begin();
        var result = _bed.Invoke("Watch-CanaryBalancer -IncludeHistory | ForEach-Object { $_; if ($_.Kind -eq 'Started') { break } }");
        Assert.Equal(BalancerEventKind.Started, result.Objects<BalancerEvent>()[^1].Kind);
    }

    [Fact]
    public async Task Watching_ends_when_it_is_stopped()
    {
        _bed.Begin();
        using var shell = _bed.Session.Create("Watch-CanaryBalancer shop -IncludeHistory");
        using var output = new PSDataCollection<PSObject>();
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        output.DataAdded += (_, _) => first.TrySetResult();
        var running = shell.BeginInvoke<PSObject, PSObject>(input: null, output);
        await first.Task.WaitAsync(TestContext.Current.CancellationToken);
        shell.Stop();
        Assert.Equal(PSInvocationState.Stopped, shell.InvocationStateInfo.State);
        Assert.True(running.IsCompleted);
    }

    [Fact]
    public void There_is_nothing_to_watch_where_there_is_no_balancer()
    {
        Assert.Equal(["BalancerNotFound"], _bed.Invoke("Watch-CanaryBalancer").ErrorIds);
        Assert.Equal(["BalancerNotFound"], _bed.Invoke("Watch-CanaryBalancer none").ErrorIds);
    }

    [Fact]
    public void The_Tab_key_offers_balancers_and_backends_without_asking_the_process()
    {
        _bed.Begin();
        _bed.Invoke("Stop-CanaryBalancer shop");
        Assert.Equal(["shop"], Complete("Get-CanaryBalancer "));
        Assert.Equal(["shop"], Complete("Stop-CanaryBalancer -Name s"));
        Assert.Equal(["canary-1", "production-1"], Complete("Set-BalancerBackend shop ").Order(StringComparer.Ordinal));
        Assert.Equal(["canary-1"], Complete("Remove-BalancerBackend -Balancer shop -Name c"));
        Assert.Empty(Complete("Set-BalancerBackend -Balancer No! -Name c"));
    }

    private static ApplicationInstance Instance(string name, int port, ApplicationRole role) =>
        new("checkbox", name, "127.0.0.1", port, role, Release: null, ApplicationHealth.Healthy, Since: null, Cause: null, "production");

    private IReadOnlyList<string> Complete(string line)
    {
        using var shell = _bed.Session.Create(string.Empty);
        shell.Commands.Clear();
        return [.. CommandCompletion.CompleteInput(line, line.Length, options: null, shell).CompletionMatches.Select(match => match.CompletionText)];
    }
}
