using DevOps.Core.Alerts;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Core.Tests.Alerts;

public sealed class AlertServiceTests : IAsyncDisposable
{
    private readonly AlertBed _bed = new();
    private readonly LoopbackServer _server = LoopbackServer.InTurn(new ScriptedAnswer(200));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _bed.Dispose();
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("-ops")]
    [InlineData(".hidden")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("../../etc/passwd")]
    [InlineData("a b")]
    [InlineData("ops\n")]
    [InlineData("*")]
    [InlineData("ö")]
    [InlineData("$(reboot)")]
    [InlineData("a\0b")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task A_name_that_is_none_is_refused_everywhere(string name)
    {
        Failing.With("AlertDestinationNameInvalid", () => _bed.AddWebhook(name, _server));
        Failing.With("AlertDestinationNameInvalid", () => _bed.Store.Find(name));
        Failing.With("AlertDestinationNameInvalid", () => _bed.Service.Remove(name));
        await Failing.WithAsync("AlertDestinationNameInvalid", () => _bed.Service.TestAsync(name, Ct));
        Assert.False(Directory.Exists(_bed.State.Root));
    }

    [Theory]
    [InlineData("http://hooks.example.com/ops")]
    [InlineData("https://someone:hunter2@hooks.example.com/ops")]
    [InlineData("ftp://hooks.example.com/ops")]
    [InlineData("file:///etc/passwd")]
    [InlineData("/only/a/path")]
    public void An_address_that_is_unsafe_is_refused_and_not_repeated(string address)
    {
        var failure = Failing.With("AlertAddressInvalid", () => _bed.AddWebhook("ops", new Uri(address, UriKind.RelativeOrAbsolute)));
        Assert.DoesNotContain("hunter2", failure.Message, StringComparison.Ordinal);
        Assert.Empty(_bed.Store.Names());
    }

    [Theory]
    [InlineData("https://hooks.example.com:8443/services/T0/B0?x=y")]
    [InlineData("http://localhost:8080/")]
    [InlineData("http://127.0.0.1:8080/a")]
    [InlineData("http://[::1]:8080/a")]
    public void An_address_that_is_safe_is_taken_as_it_is(string address)
    {
        _bed.AddWebhook("ops", new Uri(address));
        Assert.Equal(address, _bed.Service.List().Single().Uri!.ToString());
    }

    [Theory]
    [InlineData("hunter2")]
    [InlineData("")]
    [InlineData("whsec_")]
    [InlineData("whsec_dG9vIHNob3J0")]
    [InlineData("not base64 but long enough to be a secret?")]
    public void A_secret_that_is_too_weak_is_refused_and_not_repeated(string secret)
    {
        var failure = Failing.With("AlertSecretInvalid", () => _bed.Service.Add(new AlertDestinationRequest("ops") { Uri = _server.Address, Secret = secret }));
        if (secret.Length > 0) Assert.DoesNotContain($"'{secret}'", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_is_made_when_none_is_given_and_shown_only_then()
    {
        var added = Assert.IsType<AlertDestinationWithSecret>(_bed.Service.Add(new AlertDestinationRequest("ops") { Uri = _server.Address }));
        Assert.Matches("^whsec_[A-Za-z0-9+/]{43}=$", added.Secret);
        Assert.Equal(added.Secret, _bed.Store.Get("ops").Secret);
        Assert.Equal("ops", added.ToString());
        Assert.IsType<AlertDestination>(_bed.Service.List().Single());
        Assert.NotEqual(added.Secret, ((AlertDestinationWithSecret)_bed.Service.Add(new AlertDestinationRequest("dev") { Uri = _server.Address })).Secret);
    }

    [Fact]
    public void A_secret_may_be_given_without_its_prefix()
    {
        var bare = AlertBed.Secret["whsec_".Length..];
        Assert.IsType<AlertDestination>(_bed.Service.Add(new AlertDestinationRequest("ops") { Uri = _server.Address, Secret = bare }));
        Assert.Equal(AlertBed.Secret, _bed.Store.Get("ops").Secret);
    }

    [Fact]
    public async Task The_secret_is_in_one_file_of_the_owner_and_nowhere_else()
    {
        await using var dumb = LoopbackServer.InTurn(new ScriptedAnswer(500, "no"), new ScriptedAnswer(404, "no"), new ScriptedAnswer(200));
        _bed.AddWebhook("ops", dumb);
        _bed.AddWebhook("dev", _server);
        await using (var dispatcher = _bed.Dispatcher())
        {
            dispatcher.Raise(AlertBed.Alert("alert-1"));
            await _bed.EndOfAsync("alert-1", "ops");
            dispatcher.Raise(AlertBed.Alert("alert-2"));
        }

        await _bed.Service.TestAsync("ops", Ct);
        _bed.LeaveBehind("ops", 2);
        var secret = AlertBed.Secret["whsec_".Length..];
        var holders = Directory.EnumerateFiles(_bed.State.Root, "*", SearchOption.AllDirectories).Where(file => File.ReadAllText(file).Contains(secret, StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToArray();
        Assert.Equal([_bed.State.PathOf("alerts", "destinations", "dev.json"), _bed.State.PathOf("alerts", "destinations", "ops.json")], holders);
        Assert.DoesNotContain(_bed.Log, line => line.Contains(secret, StringComparison.Ordinal));
        Assert.DoesNotContain(_bed.Service.List(), destination => destination.ToString().Contains(secret, StringComparison.Ordinal));
        Assert.DoesNotContain(dumb.Requests, request => request.Headers.Values.Append(request.Body).Any(text => text.Contains(secret, StringComparison.Ordinal)));
        Assert.DoesNotContain(secret, _bed.Store.Get("ops").ToString(), StringComparison.Ordinal);
        await File.WriteAllTextAsync(holders[0], (await File.ReadAllTextAsync(holders[0], Ct))[..^10], Ct);
        Assert.DoesNotContain(secret, Failing.With("AlertDestinationDamaged", () => _bed.Store.Get("dev")).ToString(), StringComparison.Ordinal);
        if (OperatingSystem.IsWindows()) return;
        foreach (var path in Directory.EnumerateFileSystemEntries(_bed.State.Root, "*", SearchOption.AllDirectories))
        {
            var mode = Directory.Exists(path) ? UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute : UnixFileMode.UserRead | UnixFileMode.UserWrite;
            Assert.Equal((path, mode), (path, File.GetUnixFileMode(path)));
        }
    }

    [Theory]
    [InlineData("no-such-program-anywhere")]
    [InlineData("/no/such/program")]
    [InlineData("/etc/passwd")]
    [InlineData("relative/program")]
    [InlineData("")]
    public void A_program_that_cannot_be_run_is_refused(string program) =>
        Failing.With("AlertCommandNotFound", () => _bed.Service.Add(new AlertDestinationRequest("mail") { Program = program }));

    [Fact]
    public void A_program_is_kept_with_its_full_path()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no /bin/sh.");
        var added = _bed.Service.Add(new AlertDestinationRequest("mail") { Program = "sh", Arguments = ["-c", "true"] });
        Assert.Matches("^(/usr)?/bin/sh$", added.Command![0]);
        Assert.Equal((AlertDestinationKind.Command, false, null), (added.Kind, added.IsSigned, added.Uri));
    }

    [Fact]
    public void A_zero_character_can_be_in_no_argument() =>
        Failing.With("AlertCommandInvalid", () => _bed.Service.Add(new AlertDestinationRequest("mail") { Program = "sh", Arguments = ["a\0b"] }));

    [Theory]
    [InlineData("")]
    [InlineData("[a-z]")]
    [InlineData("balancer checkbox")]
    [InlineData("a\\*")]
    public void A_pattern_that_no_source_is_like_is_refused(string pattern) =>
        Failing.With("AlertSourceInvalid", () => _bed.AddWebhook("ops", _server, source: pattern));

    [Theory]
    [InlineData(0)]
    [InlineData(0.05)]
    [InlineData(301)]
    public void A_limit_that_is_none_is_refused(double seconds) =>
        Failing.With("AlertTimeoutInvalid", () => _bed.AddWebhook("ops", _server, timeout: TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void A_name_that_is_taken_is_refused_unless_the_new_one_is_to_replace_it()
    {
        _bed.AddWebhook("ops", _server);
        Failing.With("AlertDestinationTaken", () => _bed.AddWebhook("ops", new Uri("https://hooks.example.com/")));
        Assert.Equal(_server.Address, _bed.Service.List().Single().Uri);
        _bed.LeaveBehind("ops", 2);
        var replaced = _bed.Service.Add(new AlertDestinationRequest("ops") { Uri = new Uri("https://hooks.example.com/"), Replaces = true });
        Assert.Equal(("https://hooks.example.com/", 2), (replaced.Uri!.ToString(), replaced.Waiting));
    }

    [Fact]
    public async Task A_test_sends_a_sample_past_the_filters_and_is_recorded()
    {
        _bed.AddWebhook("ops", _server, AlertSeverity.Critical, "heartbeat/*");
        var delivery = await _bed.Service.TestAsync("ops", Ct);
        Assert.Equal((true, 1, null, "ops"), (delivery.IsDelivered, delivery.Attempts, delivery.Cause, delivery.Destination));
        var fields = AlertBed.Fields(Assert.Single(_server.Requests).Body);
        Assert.Equal(("alert.test", delivery.Alert, "ops"), (fields["type"], fields["id"], fields["subject"]));
        Assert.Equal(delivery, _bed.Service.List().Single().LastDelivery);
    }

    [Fact]
    public async Task A_test_of_a_dead_destination_says_why_once_and_leaves_nothing_waiting()
    {
        Uri address;
        await using (var gone = LoopbackServer.InTurn(new ScriptedAnswer(200))) address = gone.Address;
        _bed.AddWebhook("ops", address);
        var delivery = await _bed.Service.TestAsync("ops", Ct);
        Assert.Equal((false, 1), (delivery.IsDelivered, delivery.Attempts));
        Assert.StartsWith(address.Authority, delivery.Cause, StringComparison.Ordinal);
        Assert.Empty(_bed.Waiting("ops"));
        Assert.Equal(delivery, _bed.Service.List().Single().LastDelivery);
    }

    [Fact]
    public async Task What_is_removed_takes_its_secret_its_waiting_alerts_and_its_history_along()
    {
        _bed.AddWebhook("ops", _server);
        await using (var dispatcher = _bed.Dispatcher()) dispatcher.Raise(AlertBed.Alert("alert-1"));
        _bed.LeaveBehind("ops", 3);
        Assert.Equal(3, _bed.Service.Remove("ops"));
        Failing.With("AlertDestinationNotFound", () => _bed.Service.Remove("ops"));
        await Failing.WithAsync("AlertDestinationNotFound", () => _bed.Service.TestAsync("ops", Ct));
        Assert.Empty(_bed.Service.List());
        _bed.AddWebhook("ops", _server);
        var again = _bed.Service.List().Single();
        Assert.Equal((0, null), (again.Waiting, again.LastDelivery));
    }

    [Fact]
    public void A_damaged_file_can_be_removed()
    {
        _bed.AddWebhook("ops", _server);
        File.WriteAllText(_bed.State.PathOf("alerts", "destinations", "ops.json"), "{");
        Assert.Contains("Remove-AlertDestination ops", Failing.With("AlertDestinationDamaged", () => _bed.Service.List()).RecommendedAction, StringComparison.Ordinal);
        _bed.Service.Remove("ops");
        Assert.Empty(_bed.Service.List());
    }
}
