using System.Runtime.Versioning;
using DevOps.Core.Heartbeats;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Core.Tests.Heartbeats;

/// <summary>What may be a target, and how targets are kept.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class HeartbeatTargetTests : IDisposable
{
    private readonly TestState _state = new();

    private HeartbeatTargetStore Store => new(_state.State);

    public void Dispose() => _state.Dispose();

    [Theory]
    [InlineData("https://shop.example.com/health?full=1")]
    [InlineData("http://10.0.0.1:8080")]
    [InlineData("tcp://10.0.0.5:3306")]
    [InlineData("ssh://10.0.0.5")]
    [InlineData("ssh://[fd00::1]:2222")]
    [InlineData("redis://10.0.0.5")]
    [InlineData("redis://flags.example.com:6380/")]
    [InlineData("systemd://itrust-1/itrust.service")]
    [InlineData("systemd://Itrust-1.example/getty@tty1.service")]
    [InlineData(@"systemd://itrust-1/dev-disk-by\x2did.device")]
    [InlineData("systemd://itrust-1/-.mount")]
    public void These_addresses_can_be_checked(string address) =>
        Assert.Equal("shop", HeartbeatTargetRules.Check(HeartbeatBed.Target(new Uri(address))).Name);

    [Theory]
    [InlineData("ftp://10.0.0.1", "'ftp' is nothing that can be checked")]
    [InlineData("file:///etc/passwd", "it is not a full address")]
    [InlineData("/health", "it is not a full address")]
    [InlineData("https://me:secret@shop.example.com", "it holds a name or password")]
    [InlineData("tcp://10.0.0.5", "it names no port")]
    [InlineData("ssh://10.0.0.5/path", "there are no paths there")]
    [InlineData("redis://10.0.0.5/0", "there are no paths there")]
    [InlineData("redis://10.0.0.5?db=1", "there are no paths there")]
    [InlineData("redis://10.0.0.5#x", "there are no paths there")]
    [InlineData("redis://me:secret@10.0.0.5", "it holds a name or password")]
    [InlineData("systemd://itrust-1", "it does not name a droplet and one of its units")]
    [InlineData("systemd://itrust-1/", "it does not name a droplet and one of its units")]
    [InlineData("systemd://itrust-1/itrust", "it does not name a droplet and one of its units")]
    [InlineData("systemd://itrust-1/getty@.service", "it does not name a droplet and one of its units")]
    [InlineData("systemd://itrust-1/a/b.service", "it does not name a droplet and one of its units")]
    [InlineData("systemd://itrust-1:22/a.service", "it does not name a droplet and one of its units")]
    [InlineData("systemd://itrust-1/a b.service", "it does not name a droplet and one of its units")]
    [InlineData("systemd://itrust-1/a\r\nb.service", "it does not name a droplet and one of its units")]
    [InlineData("systemd://itrust-1/*.service", "it does not name a droplet and one of its units")]
    [InlineData("systemd://itrust-1/$(reboot).service", "it does not name a droplet and one of its units")]
    [InlineData("systemd://root@itrust-1/a.service", "it holds a name or password")]
    [InlineData("push://other", "what jobs call is the target's own name, push://shop")]
    [InlineData("push://shop/path", "what jobs call is the target's own name, push://shop")]
    [InlineData("push://shop?x", "what jobs call is the target's own name, push://shop")]
    public void These_addresses_cannot(string address, string why)
    {
        var failure = Failing.With("HeartbeatTargetInvalid", () => HeartbeatTargetRules.Check(HeartbeatBed.Target(new Uri(address, UriKind.RelativeOrAbsolute))));
        Assert.Contains(why, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_meant_is_refused()
    {
        Func<HeartbeatTarget, HeartbeatTarget>[] mistakes =
        [
            target => target with { Name = "" },
            target => target with { Name = "../x" },
            target => target with { Name = new string('x', 65) },
            target => target with { Group = "<b>" },
            target => target with { ExpectedStatus = 99 },
            target => target with { ExpectedText = "" },
            target => target with { ExpectedHeader = "no header" },
            target => target with { ExpectedHeader = "X: a\r\nY: b" },
            target => target with { Timeout = TimeSpan.Zero },
            target => target with { Timeout = TimeSpan.FromHours(1) },
            target => target with { DegradedAfter = TimeSpan.FromSeconds(5) },
            target => target with { Fall = 0 },
            target => target with { Rise = 101 },
            target => target with { CertificateDays = -1 },
            target => target with { Uri = new Uri("tcp://a:1"), ExpectedStatus = 200 },
            target => target with { Uri = new Uri("ssh://a"), ExpectedText = "x" },
            target => target with { Uri = new Uri("redis://a"), ExpectedStatus = 200 },
            target => target with { UserName = "me" },
            target => target with { PasswordFile = "/etc/password" },
            target => target with { ExpectedReplicas = 1 },
            target => target with { Connection = "local" },
            target => target with { Period = TimeSpan.FromDays(1) },
            target => target with { Grace = TimeSpan.FromDays(1) },
            target => target with { AddedAt = DateTimeOffset.UnixEpoch },
            target => Redis(target) with { UserName = "me" },
            target => Redis(target) with { UserName = "m e", PasswordFile = "/etc/password" },
            target => Redis(target) with { UserName = "me\r\nFLUSHALL", PasswordFile = "/etc/password" },
            target => Redis(target) with { UserName = "", PasswordFile = "/etc/password" },
            target => Redis(target) with { PasswordFile = "password" },
            target => Redis(target) with { PasswordFile = "/etc/pass\nword" },
            target => Redis(target) with { PasswordFile = "" },
            target => Redis(target) with { ExpectedReplicas = -1 },
            target => Redis(target) with { Connection = "local" },
            target => target with { Uri = new Uri("systemd://a/b.service"), Connection = "../x" },
            target => target with { Uri = new Uri("systemd://a/b.service"), UserName = "me" },
            target => Push(target) with { Period = null },
            target => Push(target) with { Period = TimeSpan.Zero },
            target => Push(target) with { Period = TimeSpan.FromDays(1_000) },
            target => Push(target) with { Grace = TimeSpan.FromSeconds(-1) },
            target => Push(target) with { DegradedAfter = TimeSpan.FromSeconds(1) },
            target => Push(target) with { PasswordFile = "/etc/password" },
        ];
        Assert.NotNull(HeartbeatTargetRules.Check(Redis(HeartbeatBed.Target(new Uri("http://a/"))) with { UserName = "me", PasswordFile = "/etc/password", ExpectedReplicas = 2 }));
        Assert.NotNull(HeartbeatTargetRules.Check(Push(HeartbeatBed.Target(new Uri("http://a/"))) with { Grace = TimeSpan.Zero }));
        foreach (var mistake in mistakes) Failing.With("HeartbeatTargetInvalid", () => HeartbeatTargetRules.Check(mistake(HeartbeatBed.Target(new Uri("http://a/")))));
    }

    [Theory]
    [InlineData(null, UnixFileMode.UserRead, "does not exist")]
    [InlineData("", UnixFileMode.UserRead, "is empty")]
    [InlineData("\ngeheim", UnixFileMode.UserRead, "is empty")]
    [InlineData("geheim", UnixFileMode.UserRead | UnixFileMode.OtherRead, "others than its owner may use the password file")]
    [InlineData("geheim", UnixFileMode.UserRead | UnixFileMode.GroupWrite, "others than its owner may use the password file")]
    public void A_password_file_that_cannot_be_used_is_refused_when_the_target_is_added(string? text, UnixFileMode mode, string why)
    {
        var file = Path.Combine(_state.State.Folder(), "password");
        if (text is not null)
        {
            File.WriteAllText(file, text);
            File.SetUnixFileMode(file, mode);
        }

        var failure = Failing.With("HeartbeatTargetInvalid", () => Store.Add(Redis(HeartbeatBed.Target(new Uri("http://a/"))) with { PasswordFile = file }, replaces: false));
        Assert.Contains(why, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Store.Names());
    }

    [Fact]
    public void Of_each_kind_all_comes_back_as_it_was_kept()
    {
        var file = Path.Combine(_state.State.Folder(), "password");
        File.WriteAllText(file, "geheim");
        File.SetUnixFileMode(file, UnixFileMode.UserRead);
        HeartbeatTarget[] targets =
        [
            Redis(HeartbeatBed.Target(new Uri("http://a/"), "flags")) with { UserName = "me", PasswordFile = file, ExpectedReplicas = 2 },
            HeartbeatBed.Target(new Uri(@"systemd://Itrust-1/dev-disk-by\x2did.device"), "unit") with { Connection = "local" },
            HeartbeatBed.Target(new Uri("push://Nightly_Backup.1"), "Nightly_Backup.1") with { Period = TimeSpan.FromDays(1), Grace = TimeSpan.FromMinutes(5) },
        ];
        foreach (var target in targets)
        {
            var kept = Store.Add(target, replaces: false);
            Assert.Equal(kept, Store.Get(target.Name));
            Assert.Equal(target.Uri.OriginalString, kept.Uri.OriginalString);
            Assert.Equal(target with { AddedAt = kept.AddedAt }, kept);
        }

        Assert.DoesNotContain("geheim", File.ReadAllText(FileOf("flags")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_target_comes_back_as_it_was_kept()
    {
        var target = HeartbeatBed.Target(new Uri("https://shop.example.com/health")) with
        {
            Group = "shop",
            ExpectedStatus = 204,
            ExpectedText = "ok",
            ExpectedHeader = "X: y",
            DegradedAfter = TimeSpan.FromMilliseconds(200),
            CertificateDays = 30,
            Timeout = TimeSpan.FromSeconds(2),
            Fall = 3,
            Rise = 4,
        };
        Store.Add(target, replaces: false);
        Assert.Equal(target, Store.Get("shop"));
        Assert.Equal(["shop"], Store.Names());
    }

    [Fact]
    public void What_a_file_does_not_name_has_its_default()
    {
        Store.Add(HeartbeatBed.Target(new Uri("http://a/")), replaces: false);
        File.WriteAllText(FileOf("shop"), """{ "name": "shop", "uri": "http://a/" }""");
        Assert.Equal(HeartbeatBed.Target(new Uri("http://a/")), Store.Get("shop"));
    }

    [Fact]
    public void Another_one_of_the_same_name_has_to_be_wanted()
    {
        Store.Add(HeartbeatBed.Target(new Uri("http://a/")), replaces: false);
        Failing.With("HeartbeatTargetExists", () => Store.Add(HeartbeatBed.Target(new Uri("http://b/")), replaces: false));
        Store.Add(HeartbeatBed.Target(new Uri("http://b/")), replaces: true);
        Assert.Equal("b", Store.Get("shop").Uri.Host);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("""{ "name": "shop", "uri": "gopher://a/" }""")]
    public void A_damaged_file_is_named_with_what_mends_it(string text)
    {
        Store.Add(HeartbeatBed.Target(new Uri("http://a/")), replaces: false);
        File.WriteAllText(FileOf("shop"), text);
        var failure = Failing.With("HeartbeatTargetDamaged", () => Store.Get("shop"));
        Assert.Contains(FileOf("shop"), failure.Message, StringComparison.Ordinal);
        Assert.Contains("Remove-HeartbeatTarget shop", failure.RecommendedAction, StringComparison.Ordinal);
        Store.Remove("shop");
        Assert.Empty(Store.Names());
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("../targets/shop")]
    public void One_that_does_not_exist_is_told(string name)
    {
        Store.Add(HeartbeatBed.Target(new Uri("http://a/")), replaces: false);
        Failing.With("HeartbeatTargetNotFound", () => Store.Get(name));
        Failing.With("HeartbeatTargetNotFound", () => Store.Remove(name));
    }

    private static HeartbeatTarget Redis(HeartbeatTarget target) => target with { Uri = new Uri("redis://a") };

    private static HeartbeatTarget Push(HeartbeatTarget target) => target with { Uri = new Uri($"push://{target.Name}"), Period = TimeSpan.FromDays(1) };

    private string FileOf(string name) => _state.State.PathOf("heartbeats", "targets", name + ".json");
}
