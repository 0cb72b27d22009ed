using System.Net;

namespace DevOps.EndToEnd.Tests;

/// <summary>The reference installation, from its start to its stop, as somebody at a terminal sees it.</summary>
[TestMethodOrderer(typeof(DeclarationOrder))]
public sealed class DemoTests(Demo demo) : IClassFixture<Demo>
{
    private static readonly TimeSpan PushLimit = TimeSpan.FromMinutes(5);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Starting_shows_seven_healthy_instances_and_what_to_try()
    {
        demo.FirstStart.Succeeded();

        var instances = await demo.InstancesAsync();
        Assert.Equal(["checkbox-1", "checkbox-2", "itrust-1", "itrust-2", "itrust-3", "itrust-4", "itrust-5"], instances.Select(instance => instance.Name).Order(StringComparer.Ordinal));
        Assert.All(instances, instance => Assert.Equal("Healthy", instance.Health));
        Assert.Equal("checkbox-2", Assert.Single(instances, instance => instance.Role == "Canary").Name);
        Assert.All(instances, instance => Assert.Contains(instance.Name, demo.FirstStart.Output, StringComparison.Ordinal));
        Assert.All(instances, instance => Assert.Contains(instance.Uri.ToString().TrimEnd('/'), demo.FirstStart.Output, StringComparison.Ordinal));
        Assert.Contains("Five things to try", demo.FirstStart.Output, StringComparison.Ordinal);
        Assert.Contains(demo.WorkingClone, demo.FirstStart.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_instance_serves_its_own_page_from_its_own_host()
    {
        foreach (var instance in await demo.InstancesAsync())
        {
            var page = await demo.PageAsync(instance);
            Assert.Contains(instance.Application == "itrust" ? "<title>iTrust" : "<title>checkbox.io</title>", page, StringComparison.Ordinal);
            Assert.Contains($"served by <strong>{instance.Name}</strong>", page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Three_requests_to_the_balancer_show_production_production_and_the_canary()
    {
        Assert.Contains($"three requests to {demo.BalancerUri}: checkbox-1, checkbox-1, checkbox-2", demo.FirstStart.Output, StringComparison.Ordinal);

        var pages = await demo.BalancedPagesAsync(9);

        Assert.Equal((6, 3), (pages.Count(page => page.Contains("served by <strong>checkbox-1</strong>", StringComparison.Ordinal)), pages.Count(page => page.Contains("served by <strong>checkbox-2</strong>", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task Starting_again_changes_nothing()
    {
        var before = await demo.InstancesAsync();

        (await demo.StartAsync()).Succeeded();

        Assert.Equal(before, await demo.InstancesAsync());
    }

    [Fact]
    public async Task A_second_demo_on_the_same_port_is_refused_and_names_who_has_it()
    {
        var other = Directory.CreateTempSubdirectory("devops-end-to-end-other-");
        try
        {
            var second = await demo.TerminalFor(other.FullName).RunAsync(
                TimeSpan.FromMinutes(2), "./devops", "scripts/Start-Demo.ps1", "-Port", $"{demo.Port}");

            Assert.NotEqual(0, second.ExitCode);
            Assert.Contains($"Port {demo.Port} ", second.Output, StringComparison.Ordinal);
            var owner = (await demo.CommandAsync("(Get-LocalCloud).ProcessId")).Succeeded().Output.Trim();
            Assert.Contains($"(process {owner})", second.Output, StringComparison.Ordinal);
            Assert.All(await demo.InstancesAsync(), instance => Assert.Equal("Healthy", instance.Health));
        }
        finally
        {
            other.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Another_session_shows_the_fleet()
    {
        var table = (await demo.CommandAsync("Get-DropletFleet itrust")).Succeeded().Output;

        Assert.Contains("Name", table, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^itrust\s+5\s", table);
    }

    [Fact]
    public async Task Every_instance_and_every_host_has_a_heartbeat()
    {
        var beats = (await demo.CommandAsync("Test-Heartbeat; Test-Heartbeat -Fleet data, itrust, checkbox | ForEach-Object { \"$($_.Target) greets $($_.Evidence)\" }")).Succeeded().Output;

        Assert.Equal(7, beats.Split('\n').Count(line => line.Contains(" Up ", StringComparison.Ordinal)));
        Assert.Equal(8, beats.Split('\n').Count(line => line.Contains(" greets SSH-2.0-OpenSSH", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_monitors_page_has_a_box_for_each_instance()
    {
        var status = await demo.Browser.GetStringAsync(new Uri($"http://127.0.0.1:{demo.MonitorPort}/status.json"), Cancellation);

        Assert.All((string[])["itrust-1", "itrust-2", "itrust-3", "itrust-4", "itrust-5", "checkbox-1", "checkbox-2"], name => Assert.Contains($"\"{name}\"", status, StringComparison.Ordinal));
        Assert.Contains("Running 7 7", (await demo.CommandAsync("Get-HeartbeatMonitor | ForEach-Object { \"$($_.State) $($_.Targets) $($_.Up)\" }")).Succeeded().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_patient_created_at_one_instance_is_listed_by_the_other_four()
    {
        var instances = (await demo.InstancesAsync()).Where(instance => instance.Application == "itrust").ToList();
        var name = $"Patient {Guid.NewGuid():N} <&>";
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal) { ["name"] = name, ["birth"] = "1984-05-23", ["email"] = string.Empty });

        using var answer = await demo.Browser.PostAsync(new Uri(instances[0].Uri, "patients"), form, Cancellation);

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        foreach (var instance in instances) Assert.Contains(WebUtility.HtmlEncode(name), await demo.PageAsync(instance), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_study_created_at_one_instance_is_listed_by_the_other()
    {
        var instances = (await demo.InstancesAsync()).Where(instance => instance.Application == "checkbox").ToList();
        var title = $"Study {Guid.NewGuid():N}";
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal) { ["title"] = title, ["question"] = "Why?" });

        using var answer = await demo.Browser.PostAsync(new Uri(instances[0].Uri, "studies"), form, Cancellation);

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        foreach (var instance in instances) Assert.Contains(title, await demo.PageAsync(instance), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("itrust", "patients", "name=&birth=1984-05-23")]
    [InlineData("itrust", "patients", "name=Ada&birth=23.5.1984")]
    [InlineData("checkbox", "studies", "title=%3Cb%3E&question=")]
    public async Task The_samples_refuse_what_cannot_be_right_and_say_so(string application, string path, string fields)
    {
        var instance = (await demo.InstancesAsync()).First(instance => instance.Application == application);
        using var form = new StringContent(fields, System.Net.Http.Headers.MediaTypeHeaderValue.Parse("application/x-www-form-urlencoded"));

        using var answer = await demo.Browser.PostAsync(new Uri(instance.Uri, path), form, Cancellation);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var page = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.Contains("aria-invalid=\"true\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pushing_edits_of_both_applications_updates_all_seven()
    {
        var before = await demo.InstancesAsync();
        await demo.CommitAsync("itrust/version.txt", "2.0\n");
        await demo.CommitAsync("checkbox/version.txt", "2.0\n");

        var push = await PushAsync("production");

        var after = await demo.InstancesAsync();
        var rows = RowsOf(push);
        Assert.Single(rows, "Instance Application Uri Release Health");
        foreach (var instance in after)
        {
            var name = instance.Role == "Canary" ? $"{instance.Name} (canary)" : instance.Name;
            Assert.Single(rows, $"{name} {instance.Application} {instance.Uri} {instance.Release} Healthy");
        }

        Assert.Matches($"/devops .*/scripts/Deploy-Production.ps1 -Environment {demo.EnvironmentFile} -Repository .* -Commit {await demo.HeadAsync()}$", Assert.Single(rows, row => row.Contains("Deploy-Production.ps1", StringComparison.Ordinal)));
        Assert.Matches("/devops -Command \"Undo-Deployment [0-9a-f-]+\"$", Assert.Single(rows, row => row.Contains("Undo-Deployment", StringComparison.Ordinal)));
        Assert.All(after, instance => Assert.Equal("Healthy", instance.Health));
        Assert.DoesNotContain(after, instance => before.Any(old => old.Release == instance.Release));
        foreach (var instance in after) Assert.Contains("<strong>2.0</strong>", await demo.PageAsync(instance), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pushing_an_edit_of_one_application_restarts_only_its_instances()
    {
        var before = await demo.InstancesAsync();
        await demo.CommitAsync("checkbox/version.txt", "2.1\n");

        await PushAsync("production");

        var after = await demo.InstancesAsync();
        Assert.Equal(before.Where(instance => instance.Application == "itrust"), after.Where(instance => instance.Application == "itrust"));
        Assert.All(after.Where(instance => instance.Application == "checkbox"), instance => Assert.DoesNotContain(before, old => old.Since == instance.Since));
        foreach (var instance in after.Where(instance => instance.Application == "checkbox")) Assert.Contains("<strong>2.1</strong>", await demo.PageAsync(instance), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_push_to_another_branch_says_that_it_deploys_nothing()
    {
        var before = await demo.InstancesAsync();

        var push = await PushAsync("HEAD:refs/heads/experiment");

        Assert.Contains("experiment", push, StringComparison.Ordinal);
        Assert.Contains("nothing", push, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(before, await demo.InstancesAsync());
    }

    [Fact]
    public async Task A_push_to_canary_changes_each_third_page_and_leaves_production_alone()
    {
        var before = await demo.InstancesAsync();
        await demo.CommitAsync("checkbox/version.txt", "2.2\n");

        await PushAsync("HEAD:canary");

        var after = await demo.InstancesAsync();
        Assert.Equal(before.Where(instance => instance.Role != "Canary"), after.Where(instance => instance.Role != "Canary"));
        var pages = await demo.BalancedPagesAsync(9);
        Assert.Equal((6, 3), (pages.Count(page => page.Contains("<strong>2.1</strong>", StringComparison.Ordinal)), pages.Count(page => page.Contains("<strong>2.2</strong>", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task A_push_to_production_brings_both_to_the_new_release_and_users_of_the_balancer_see_no_error()
    {
        var push = PushAsync("production");
        var asked = 0;
        while (!push.IsCompleted)
        {
            Assert.Contains("checkbox.io", await demo.Browser.GetStringAsync(demo.BalancerUri, Cancellation), StringComparison.Ordinal);
            asked++;
        }

        await push;
        Assert.True(asked > 0);
        Assert.All(await demo.BalancedPagesAsync(6), page => Assert.Contains("<strong>2.2</strong>", page, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_canary_that_is_stopped_is_missed_by_nobody_and_is_back_in_the_split_once_it_runs()
    {
        (await demo.CommandAsync("Stop-ApplicationInstance checkbox checkbox-2 -Confirm:$false")).Succeeded();

        Assert.All(await demo.BalancedPagesAsync(9), page => Assert.Contains("served by <strong>checkbox-1</strong>", page, StringComparison.Ordinal));
        Assert.Contains("2:0", (await demo.CommandAsync("(Get-CanaryBalancer checkbox).Split")).Succeeded().Output, StringComparison.Ordinal);
        (await demo.CommandAsync("Start-ApplicationInstance checkbox checkbox-2 -Confirm:$false")).Succeeded();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        while (!(await demo.BalancedPagesAsync(3)).Any(page => page.Contains("served by <strong>checkbox-2</strong>", StringComparison.Ordinal))) await Task.Delay(100, limit.Token);
    }

    [Fact]
    public async Task A_push_whose_build_fails_shows_the_compiler_and_leaves_everything_serving()
    {
        var before = await demo.InstancesAsync();
        var servlet = Path.Combine("itrust", "src", "itrust", "HealthServlet.java");
        var working = await File.ReadAllTextAsync(Path.Combine(demo.WorkingClone, servlet), Cancellation);
        await demo.CommitAsync(servlet, working + "\nthis is not Java\n");

        var push = await PushAsync("production");

        Assert.Contains("HealthServlet.java", push, StringComparison.Ordinal);
        Assert.Contains("error:", push, StringComparison.Ordinal);
        Assert.Equal(before, await demo.InstancesAsync());
        foreach (var instance in before) Assert.Contains("served by", await demo.PageAsync(instance), StringComparison.Ordinal);
        (await demo.GitAsync("reset", "--quiet", "--hard", "HEAD~1")).Succeeded();
    }

    [Fact]
    public async Task Undo_brings_the_earlier_release_back_everywhere()
    {
        await demo.CommitAsync("itrust/version.txt", "3.0\n");
        await demo.CommitAsync("checkbox/version.txt", "3.0\n");
        var before = await demo.InstancesAsync();
        var push = await PushAsync("+production");
        foreach (var instance in await demo.InstancesAsync()) Assert.Contains("<strong>3.0</strong>", await demo.PageAsync(instance), StringComparison.Ordinal);

        // As the push printed it, in any shell and from any folder.
        var command = Assert.Single(RowsOf(push), row => row.Contains("Undo-Deployment", StringComparison.Ordinal));
        (await demo.Terminal.RunAsync(PushLimit, "/", "sh", ["-c", command])).Succeeded();

        var after = await demo.InstancesAsync();
        Assert.Equal(before.Select(instance => (instance.Name, instance.Release)), after.Select(instance => (instance.Name, instance.Release)));
        foreach (var instance in after)
        {
            Assert.Equal("Healthy", instance.Health);
            Assert.Contains(instance.Application == "itrust" ? "<strong>2.0</strong>" : "<strong>2.2</strong>", await demo.PageAsync(instance), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_pusher_who_goes_away_changes_nothing_and_of_the_pushes_that_wait_the_newest_is_deployed()
    {
        var files = new DeploymentFiles(demo);
        await demo.CommitAsync("itrust/version.txt", "4.0\n");
        var first = await demo.HeadAsync();
        using (var pusher = demo.Terminal.Start(demo.WorkingClone, "git", ["push", "production", "production"]))
        {
            await files.EntryAsync(first, "Started");
            pusher.Kill();
        }

        await demo.CommitAsync("checkbox/version.txt", "4.1\n");
        var second = await demo.HeadAsync();
        var older = PushAsync($"{second}:production");
        await files.EntryAsync(second, "Waiting");
        await demo.CommitAsync("checkbox/version.txt", "4.2\n");
        var third = await demo.HeadAsync();
        var newer = await PushAsync($"{third}:production");

        Assert.Contains("\"state\":\"Succeeded\"", await files.EntryAsync(first, "Ended"), StringComparison.Ordinal);
        Assert.Matches($"Superseded by the newer deployment [0-9a-f-]+ of commit {third}; nothing was changed", await older);
        Assert.Contains($"Deployed {third}.", newer, StringComparison.Ordinal);
        foreach (var instance in await demo.InstancesAsync())
        {
            Assert.Contains(instance.Application == "itrust" ? "<strong>4.0</strong>" : "<strong>4.2</strong>", await demo.PageAsync(instance), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Objects_compose_to_bring_a_stopped_instance_back()
    {
        (await demo.CommandAsync($"Get-ApplicationInstance -Environment '{demo.EnvironmentFile}' | Where-Object Instance -EQ checkbox-1 | Stop-ApplicationInstance -Confirm:$false")).Succeeded();
        Assert.NotEqual("Healthy", Assert.Single(await demo.InstancesAsync(), instance => instance.Name == "checkbox-1").Health);
        Assert.Contains("the connection was refused", (await demo.CommandAsync("Test-Heartbeat checkbox")).Succeeded().Output, StringComparison.Ordinal);

        (await demo.CommandAsync("Get-ApplicationInstance | Where-Object Health -NE Healthy | Restart-ApplicationInstance -Confirm:$false")).Succeeded();

        Assert.All(await demo.InstancesAsync(), instance => Assert.Equal("Healthy", instance.Health));
    }

    [Fact]
    public async Task At_least_four_of_five_answer_while_they_are_restarted_one_by_one()
    {
        var before = await demo.InstancesAsync();
        var from = DateTimeOffset.UtcNow.ToString("O");

        var show = (await demo.Terminal.RunAsync(PushLimit, "./devops", "scripts/Show-RollingUpdate.ps1")).Succeeded();

        Assert.Contains("At least 4 of 5 answered", show.Output, StringComparison.Ordinal);
        var after = await demo.InstancesAsync();
        Assert.All(after.Where(instance => instance.Application == "itrust"), instance => Assert.DoesNotContain(before, old => old.Since == instance.Since));
        // The monitor has seen one after another away on purpose, and none of them down.
        var history = (await demo.CommandAsync($"Get-HeartbeatHistory itrust -From {from} | ForEach-Object {{ \"$($_.Target) $($_.Maintenance -gt 0) $($_.Incidents.Count)\" }}")).Succeeded().Output;
        Assert.All(Enumerable.Range(1, 5), number => Assert.Contains($"itrust-{number} True 0", history, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_flag_that_is_switched_renames_both_instances_of_checkbox_and_restarts_neither()
    {
        var before = await demo.InstancesAsync();

        var show = (await demo.Terminal.RunAsync(PushLimit, "./devops", "scripts/Show-FeatureFlag.ps1")).Succeeded();

        Assert.Matches(@"(?m) true +checkbox-1 feature\.io   checkbox-2 feature\.io$", show.Output);
        Assert.Matches(@"(?m) false +checkbox-1 checkbox\.io   checkbox-2 checkbox\.io$", show.Output);
        Assert.Contains("2 of 2 instances followed, and none was restarted.", show.Output, StringComparison.Ordinal);
        Assert.Equal(before, await demo.InstancesAsync());
    }

    [Fact]
    public async Task A_stop_beside_another_run_is_refused_and_removes_nothing()
    {
        // What Start-Demo.ps1 holds while it is at work.
        await using var atWork = new FileStream(Path.Combine(demo.StateFolder, "demo", "lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);

        var stop = await demo.StopAsync();

        Assert.NotEqual(0, stop.ExitCode);
        Assert.Contains("Another Start-Demo.ps1 or Stop-Demo.ps1 is at work", stop.Output, StringComparison.Ordinal);
        Assert.All(await demo.InstancesAsync(), instance => Assert.Equal("Healthy", instance.Health));
    }

    [Fact]
    public async Task Stopping_leaves_no_container_network_process_or_file_and_names_what_it_kept()
    {
        var instances = await demo.InstancesAsync();
        var label = await Leftovers.LabelOfAsync(demo);
        Assert.Equal(11, (await Leftovers.ContainersAsync(demo, label)).Count);
        Assert.NotEmpty(await Leftovers.NetworksAsync(demo, label));
        // As Start-Demo.ps1 notes what it installs, which on a machine that runs these tests is nothing; one was removed since.
        await File.WriteAllLinesAsync(demo.PackageRecord, ["git", "no-such-package"], Cancellation);

        var stop = (await demo.StopAsync()).Succeeded();

        Assert.Contains("Kept the droplets' image", stop.Output, StringComparison.Ordinal);
        Assert.Contains("apt-get remove --auto-remove git\n", stop.Output, StringComparison.Ordinal);
        Assert.Contains("userdel devops-build", stop.Output, StringComparison.Ordinal);
        Assert.Empty(await Leftovers.ContainersAsync(demo, label));
        Assert.Empty(await Leftovers.NetworksAsync(demo, label));
        Assert.Empty(Leftovers.ProcessesOf(demo.StateFolder));
        Assert.Empty(Leftovers.FilesOf(demo.StateFolder));
        Assert.Empty(Leftovers.DeadBuilds());
        foreach (var instance in instances) await Assert.ThrowsAnyAsync<HttpRequestException>(() => demo.PageAsync(instance));
    }

    [Fact]
    public async Task Starting_again_after_a_stop_brings_seven_healthy_instances()
    {
        (await demo.StartAsync()).Succeeded();

        var instances = await demo.InstancesAsync();
        Assert.Equal(7, instances.Count);
        Assert.All(instances, instance => Assert.Equal("Healthy", instance.Health));
    }

    [Fact]
    public async Task A_demo_whose_environment_file_is_broken_and_whose_cloud_does_not_run_can_be_stopped_all_the_same()
    {
        var label = await Leftovers.LabelOfAsync(demo);
        await File.WriteAllTextAsync(demo.EnvironmentFile, "@{ Name = 'production'; Applications = @(", Cancellation);
        (await demo.CommandAsync("Stop-LocalCloud -Confirm:$false")).Succeeded();

        var stop = (await demo.StopAsync()).Succeeded();

        Assert.Contains("apt-get remove --auto-remove git\n", stop.Output, StringComparison.Ordinal);
        Assert.Empty(await Leftovers.ContainersAsync(demo, label));
        Assert.Empty(Leftovers.FilesOf(demo.StateFolder));
    }

    // What the hook printed, with one space wherever it aligned something.
    private static string[] RowsOf(string push) =>
        [.. push.Split('\n').Where(line => line.StartsWith("remote: ", StringComparison.Ordinal)).Select(line => string.Join(' ', line["remote: ".Length..].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))];

    private async Task<string> PushAsync(string refspec) =>
        (await demo.Terminal.RunAsync(PushLimit, demo.WorkingClone, "git", ["push", "production", refspec])).Succeeded().Output;
}
