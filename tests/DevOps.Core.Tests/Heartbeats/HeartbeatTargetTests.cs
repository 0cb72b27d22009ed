using DevOps.Core.Heartbeats;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Core.Tests.Heartbeats;

/// <summary>What may be a target, and how targets are kept.</summary>
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
    public void These_addresses_can_be_checked(string address) =>
        Assert.Equal("shop", HeartbeatTargetRules.Check(HeartbeatBed.Target(new Uri(address))).Name);

    [Theory]
    [InlineData("ftp://10.0.0.1", "'ftp' is nothing that can be checked")]
    [InlineData("file:///etc/passwd", "it is not a full address")]
    [InlineData("/health", "it is not a full address")]
    [InlineData("https://me:secret@shop.example.com", "it holds a name or password")]
    [InlineData("tcp://10.0.0.5", "it names no port")]
    [InlineData("ssh://10.0.0.5/path", "there are no paths there")]
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
        ];
        foreach (var mistake in mistakes) Failing.With("HeartbeatTargetInvalid", () => HeartbeatTargetRules.Check(mistake(HeartbeatBed.Target(new Uri("http://a/")))));
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

    private string FileOf(string name) => _state.State.PathOf("heartbeats", "targets", name + ".json");
}
