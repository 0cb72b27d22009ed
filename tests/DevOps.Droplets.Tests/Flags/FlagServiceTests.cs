using System.Net.Http.Headers;
using System.Reflection;
using DevOps.Core;
using DevOps.Core.Flags.Definitions;
using DevOps.Core.Flags.Servers;
using DevOps.Core.Flags.Service;
using DevOps.Core.Flags.Store;
using DevOps.Core.Operations;
using DevOps.Core.Servers;
using DevOps.Core.Tests.Hosting;
using DevOps.Droplets.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Droplets.Tests.Flags;

/// <summary>The feature flag service on three droplets. Each test begins with a repeated start, which puts right what another one broke.</summary>
[Collection(FlagFleetGroup.Name)]
public sealed class FlagServiceTests(LocalCloudFixture cloud, FlagFleet fleet) : IAsyncLifetime
{
    private readonly DirectoryInfo _programs = Directory.CreateTempSubdirectory("devops-programs-");
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private FlagServiceControl Control => new(cloud.State, new ServerPrograms(_programs.FullName));

    public async ValueTask InitializeAsync()
    {
        var server = typeof(FlagServiceTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "Server").Value!;
        Directory.CreateSymbolicLink(Path.Combine(_programs.FullName, "server"), Path.GetDirectoryName(server)!);
        await fleet.InstallAsync(new Told());
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        _programs.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task It_runs_on_each_node_as_an_account_of_its_own_with_the_newest_flags()
    {
        await SetAsync("featureflag", "true");
        var places = await StartAsync();
        Assert.Equal(["flags-1", "flags-2", "flags-3"], places.Select(place => place.Node));
        Assert.All(places, place => Assert.Equal((FeatureFlagServiceState.Running, null), (place.State, place.Problem)));
        Assert.StartsWith("devops-flags", await fleet.RunAsync("flags-2", "ps -o user:20= -C dotnet"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_node_answers_an_application_with_its_token_and_nobody_without_one()
    {
        await SetAsync("featureflag", "true");
        var places = await StartAsync();
        var token = await AdmitAsync("checkbox");
        foreach (var place in places)
        {
            await Eventually.IsAsync(async () => await AskAsync(place, "featureflag", token) == """{"featureflag":true}""");
            Assert.Contains("token", await AskAsync(place, "featureflag", token: null), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_change_at_the_master_is_answered_by_every_node()
    {
        var places = await StartAsync();
        var token = await AdmitAsync("changes");
        foreach (var value in (string[])["false", "true"])
        {
            await SetAsync("switching", value);
            foreach (var place in places) await Eventually.IsAsync(async () => await AskAsync(place, "switching", token) == $$"""{"switching":{{value}}}""");
        }
    }

    [Fact]
    public async Task Killed_beside_a_stopped_Redis_it_is_started_again_with_the_last_known_flags()
    {
        await SetAsync("lasting", "true");
        var place = (await StartAsync())[1];
        var token = await AdmitAsync("lasting");
        await Eventually.IsAsync(async () => await AskAsync(place, "lasting", token) == """{"lasting":true}""");
        await fleet.RunAsync(place.Node, "systemctl stop redis-server; pkill -KILL -x dotnet");
        await Eventually.IsAsync(async () => (await DescribeAsync(place.Node)).State == FeatureFlagServiceState.Stale);
        Assert.Equal("""{"lasting":true}""", await AskAsync(place, "lasting", token));
    }

    [Fact]
    public async Task Repeating_changes_nothing_when_all_is_right_and_restores_what_is_not()
    {
        await StartAsync();
        Assert.Empty(await ChangesAsync());
        await fleet.RunAsync("flags-3", "systemctl stop devops-flags; echo Nice=19 >> /etc/systemd/system/devops-flags.service");
        Assert.Equal(["flags-3: /etc/systemd/system/devops-flags.service", "flags-3: devops-flags.service: started"], await ChangesAsync());
    }

    [Fact]
    public async Task Where_the_port_is_taken_everywhere_that_is_said_once_and_it_goes_on_at_its_own()
    {
        await StartAsync();
        var messages = new List<OperationMessage>();
        foreach (var node in (string[])["flags-1", "flags-2", "flags-3"]) await fleet.RunAsync(node, "systemd-run --unit taker --property=Type=exec python3 -m http.server 8123 || systemd-run --unit taker --property=Type=exec perl -e 'use IO::Socket; IO::Socket::INET->new(LocalPort => 8123, Listen => 1) or die; sleep 600'");
        var failure = await Assert.ThrowsAsync<DevOpsException>(() => Control.StartAsync(FlagFleet.Name, new FlagServiceChanges { Port = 8123 }, new Told(messages.Add), Ct));
        foreach (var node in (string[])["flags-1", "flags-2", "flags-3"]) await fleet.RunAsync(node, "systemctl stop taker");
        Assert.Equal("FeatureFlagServiceNotStarted", failure.Id);
        Assert.Contains("Port 8123 is taken", failure.Message, StringComparison.Ordinal);
        Assert.Empty(messages.OfType<FailureMessage>());
        Assert.All(await Control.GetAsync(FlagFleet.Name, Ct), place => Assert.Equal((FeatureFlagServiceState.Running, SavedFlagService.UsualPort), (place.State, place.Uri.Port)));
    }

    [Fact]
    public async Task It_starts_with_the_machine_only_when_that_is_wanted()
    {
        await StartAsync(new FlagServiceChanges { IsPersistent = true });
        Assert.Equal("enabled\n", await fleet.RunAsync("flags-1", "systemctl is-enabled devops-flags"));
        await StartAsync(new FlagServiceChanges { IsPersistent = false });
        Assert.Equal("disabled\n", await fleet.RunAsync("flags-1", "systemctl is-enabled devops-flags"));
    }

    [Fact]
    public async Task Stopped_it_is_shown_so_and_removed_it_leaves_nothing_on_the_nodes()
    {
        await StartAsync();
        Assert.True(await Control.StopAsync(FlagFleet.Name, isRemoved: false, new Told(), Ct));
        Assert.All(await Control.GetAsync(FlagFleet.Name, Ct), place => Assert.Equal((FeatureFlagServiceState.Stopped, null), (place.State, place.Problem)));
        Assert.True(await Control.StopAsync(FlagFleet.Name, isRemoved: true, new Told(), Ct));
        Assert.Equal("no account\n", await fleet.RunAsync("flags-1", "ls -d /opt/devops-flags /etc/devops-flags /var/lib/devops-flags /etc/systemd/system/devops-flags.service 2>/dev/null; id devops-flags 2>/dev/null || echo no account"));
        Assert.Empty(Control.Names());
    }

    private Task<IReadOnlyList<FeatureFlagService>> StartAsync(FlagServiceChanges? changes = null) => Control.StartAsync(FlagFleet.Name, changes ?? new FlagServiceChanges(), new Told(), Ct);

    private async Task<FeatureFlagService> DescribeAsync(string node) => (await Control.GetAsync(FlagFleet.Name, Ct)).Single(place => place.Node == node);

    private async Task<IReadOnlyList<string>> ChangesAsync()
    {
        var messages = new List<OperationMessage>();
        await Control.StartAsync(FlagFleet.Name, new FlagServiceChanges(), new Told(messages.Add), Ct);
        return [.. messages.OfType<VerboseMessage>().Select(message => message.Text)];
    }

    private async Task<string> AdmitAsync(string application) => (await Control.AddTokenAsync(new FlagTokenRequest(FlagFleet.Name, application, Path: null, IsReplaced: true), new Told(), Ct)).Text;

    private async Task<string> AskAsync(FeatureFlagService place, string flag, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(place.Uri, flag));
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await _http.SendAsync(request, Ct);
        return await response.Content.ReadAsStringAsync(Ct);
    }

    private async Task SetAsync(string name, string value)
    {
        await using var connection = await fleet.OpenAsync(FlagServerUser.Writer);
        await connection.Flags.ChangeAsync(name, _ => new FlagEdit { Value = value }.Apply(name, before: null), new FlagWrite("tester", null, null, null, TimeSpan.FromSeconds(5)));
    }
}
