using DevOps.Core.Balancing;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Core.Tests.Balancing;

public sealed class BalancerChangesTests
{
    private static readonly BalancerSettings New = new() { Name = "shop" };

    private static readonly BalancerSettings Two = new BalancerChanges { Backends = [Production(1), Canary(9)] }.ApplyTo(New);

    [Fact]
    public void Backends_without_names_are_called_after_their_roles()
    {
        var settings = new BalancerChanges { Backends = [Production(1), Canary(9), Production(2)] }.ApplyTo(New);
        Assert.Equal(["production-1 2", "canary-1 1", "production-2 2"], settings.Backends.Select(backend => $"{backend.Name} {backend.Weight}"));
    }

    [Fact]
    public void What_is_not_said_stays()
    {
        var sticky = Two with { IsSticky = true, StatusPort = 9100, MaxRequestBody = null, CertificateFile = "/a.pem", KeyFile = "/a.key" };
        Assert.Empty(BalancerDifference.Between(sticky, new BalancerChanges().ApplyTo(sticky)).Texts);
    }

    [Fact]
    public void Zero_ends_what_a_number_began()
    {
        var ended = new BalancerChanges { StatusPort = 0, MaxRequestBody = 0 }.ApplyTo(Two with { StatusPort = 9100 });
        Assert.Equal((null, null), (ended.StatusPort, ended.MaxRequestBody));
    }

    [Fact]
    public void A_new_certificate_without_a_key_does_not_keep_the_old_ones()
    {
        var changed = new BalancerChanges { CertificateFile = "/b.pem" }.ApplyTo(Two with { CertificateFile = "/a.pem", KeyFile = "/a.key" });
        Assert.Equal(("/b.pem", null), (changed.CertificateFile, changed.KeyFile));
    }

    [Fact]
    public void Weights_are_changed_by_role()
    {
        var changed = new BalancerChanges { ProductionWeight = 9 }.ApplyTo(Two);
        Assert.Equal([9, 1], changed.Backends.Select(backend => backend.Weight));
    }

    [Fact]
    public void Backends_that_are_given_again_keep_what_was_said_of_them()
    {
        var tuned = BackendEdits.Change(Two, "canary-1", backend => backend with { Name = "brave", Weight = 5, IsDraining = true, Check = new BackendCheckSettings { Path = "/brave" } });
        var again = new BalancerChanges { Backends = [Production(2), Canary(9)] }.ApplyTo(tuned);
        Assert.Equal(["production-1 2 http://10.0.0.2:3000/", "brave 5 http://10.0.0.9:3000/"], again.Backends.Select(backend => $"{backend.Name} {backend.Weight} {backend.Uri}"));
        Assert.Equal((true, "/brave"), (again.Backends[1].IsDraining, again.Backends[1].Check!.Path));
    }

    [Fact]
    public void Backends_that_are_not_given_again_are_gone()
    {
        var fewer = new BalancerChanges { Backends = [Canary(9)] }.ApplyTo(Two);
        Assert.Equal("canary-1", Assert.Single(fewer.Backends).Name);
    }

    [Fact]
    public void A_name_that_is_kept_is_not_given_to_another()
    {
        var more = new BalancerChanges { Backends = [Production(3), Production(1)] }.ApplyTo(Two);
        Assert.Equal(["production-2", "production-1"], more.Backends.Select(backend => backend.Name));
    }

    [Fact]
    public void An_added_backend_has_the_weight_of_its_role_and_a_free_name()
    {
        var more = BackendEdits.Add(new BalancerChanges { CanaryWeight = 7 }.ApplyTo(Two), new GivenBackend(null, new Uri("http://10.0.0.8:3000"), ApplicationRole.Canary), weight: null, check: null);
        Assert.Equal(("canary-2", 7), (more.Backends[^1].Name, more.Backends[^1].Weight));
    }

    [Fact]
    public void A_check_of_its_own_has_what_was_not_said_from_the_balancer()
    {
        var settings = Two with { Check = new BackendCheckSettings { Path = "/health", Fall = 7 } };
        var more = BackendEdits.Add(settings, Production(3), weight: null, new CheckChanges { Fall = 9 });
        Assert.Equal(("/health", 9), (more.Backends[^1].Check!.Path, more.Backends[^1].Check!.Fall));
    }

    [Theory]
    [InlineData("canary-1")]
    [InlineData("CANARY-1")]
    [InlineData("10.0.0.9:3000")]
    public void A_backend_is_found_by_name_or_address(string backend) => Assert.Equal("canary-1", BackendEdits.Find(Two, backend).Name);

    [Fact]
    public void Who_mistypes_a_backend_is_told_what_there_is()
    {
        var failure = Failing.With("BackendNotFound", () => BackendEdits.Find(Two, "canary1"));
        Assert.Contains("Did you mean 'canary-1'? It has: production-1, canary-1.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_difference_is_told_in_words()
    {
        var after = BackendEdits.Change(Two, "canary-1", backend => backend with { Weight = 3, IsDraining = true }) with { IsSticky = true, Check = new BackendCheckSettings { Path = "/health" } };
        Assert.Equal(
            [
                "checks GET / every 1s, at most 2s, down after 2, up after 2 -> GET /health every 1s, at most 2s, down after 2, up after 2",
                "sticky sessions off -> on",
                "weight of canary-1 1 -> 3",
                "canary-1 taken out",
            ],
            BalancerDifference.Between(Two, after).Texts);
    }

    [Fact]
    public void Only_what_a_process_reads_while_it_begins_needs_a_successor()
    {
        Assert.False(BalancerDifference.Between(Two, Two with { IsSticky = true, AllowsCanaryAlone = true }).NeedsHandover);
        Assert.True(BalancerDifference.Between(Two, Two with { StatusPort = 9100 }).NeedsHandover);
        Assert.True(BalancerDifference.Between(Two, Two with { CertificateFile = "/a.pem" }).NeedsHandover);
        Assert.True(BalancerDifference.Between(Two, Two with { Port = 81 }).MovesListener);
        Assert.True(BalancerDifference.Between(Two, Two with { IsPersistent = true }).ChangesManager);
    }

    [Fact]
    public void Instances_become_backends_called_after_their_droplets()
    {
        var backends = BackendService.Of([Instance("checkbox", "checkbox-1", ApplicationRole.Production), Instance("checkbox", "checkbox-2", ApplicationRole.Canary)]);
        Assert.Equal(["checkbox-1 Production http://checkbox-1:3000/", "checkbox-2 Canary http://checkbox-2:3000/"], backends.Select(backend => $"{backend.Name} {backend.Role} {backend.Uri}"));
    }

    [Fact]
    public void One_balancer_does_not_serve_several_applications() =>
        Failing.With("InstancesMixed", () => BackendService.Of([Instance("checkbox", "checkbox-1", ApplicationRole.Production), Instance("itrust", "itrust-1", ApplicationRole.Production)]));

    [Fact]
    public void An_instance_without_an_address_is_refused_by_name()
    {
        var failure = Failing.With("DropletNotReady", () => BackendService.Of([Instance("checkbox", "checkbox-1", ApplicationRole.Production) with { Address = string.Empty }]));
        Assert.Contains("checkbox-1", failure.Message, StringComparison.Ordinal);
    }

    private static GivenBackend Production(int host) => new(null, new Uri($"http://10.0.0.{host}:3000"), ApplicationRole.Production);

    private static GivenBackend Canary(int host) => new(null, new Uri($"http://10.0.0.{host}:3000"), ApplicationRole.Canary);

    private static ApplicationInstance Instance(string application, string instance, ApplicationRole role) =>
        new(application, instance, instance, 3000, role, Release: null, ApplicationHealth.Healthy, Since: null, Cause: null, "production");
}
