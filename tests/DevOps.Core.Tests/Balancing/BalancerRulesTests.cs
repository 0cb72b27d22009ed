using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DevOps.Core.Balancing;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Core.Tests.Balancing;

public sealed class BalancerRulesTests
{
    private static readonly BalancerSettings Good = new()
    {
        Name = "shop",
        Backends =
        [
            new BackendSettings { Name = "production-1", Uri = new Uri("http://10.0.0.5:3000"), Role = ApplicationRole.Production, Weight = 2 },
            new BackendSettings { Name = "canary-1", Uri = new Uri("http://10.0.0.6:3000"), Role = ApplicationRole.Canary, Weight = 1 },
        ],
    };

    [Fact]
    public void Usual_settings_are_right() => BalancerRules.Check(Good);

    [Theory]
    [InlineData("")]
    [InlineData("Shop")]
    [InlineData("my shop")]
    [InlineData("../shop")]
    [InlineData("shop-")]
    [InlineData("1shop")]
    [InlineData("shop\n")]
    public void A_balancer_is_called_as_folders_and_units_can_be(string name) =>
        Failing.With("BalancerNameInvalid", () => BalancerRules.Check(Good with { Name = name }));

    [Theory]
    [InlineData("10.0.0.5:3000", "http://")]
    [InlineData("localhost:3000", "http://")]
    [InlineData("/shop", "http://")]
    [InlineData("ftp://10.0.0.5", "not http or https")]
    [InlineData("http://10.0.0.5:3000/shop", "-HealthPath")]
    [InlineData("http://10.0.0.5:3000/?a=1", "query")]
    [InlineData("http://10.0.0.5:3000/#top", "fragment")]
    [InlineData("http://me:secret@10.0.0.5:3000", "user name")]
    [InlineData("http://10.0.0.5:0", "port")]
    public void A_backend_is_scheme_host_and_port(string uri, string said)
    {
        var failure = Failing.With("BackendUriInvalid", () => BackendRules.Normalize(new Uri(uri, UriKind.RelativeOrAbsolute)));
        Assert.Contains(said, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://10.0.0.5", "http://10.0.0.5/")]
    [InlineData("HTTPS://Shop.Example:8443/", "https://shop.example:8443/")]
    [InlineData("http://[::1]:3000", "http://[::1]:3000/")]
    public void An_address_has_one_form(string uri, string normal) => Assert.Equal(normal, BackendRules.Normalize(new Uri(uri)).ToString());

    [Fact]
    public void A_balancer_needs_a_backend() => Failing.With("BackendsMissing", () => BalancerRules.Check(Good with { Backends = [] }));

    [Theory]
    [InlineData(-1)]
    [InlineData(1001)]
    public void A_weight_is_zero_to_a_thousand(int weight) => Failing.With("BackendWeightInvalid", () => BalancerRules.Check(With(backend => backend with { Weight = weight })));

    [Fact]
    public void Weights_may_all_be_zero() => BalancerRules.Check(With(backend => backend with { Weight = 0 }));

    [Fact]
    public void No_two_backends_have_one_name() => Failing.With("BackendNameTaken", () => BalancerRules.Check(With(backend => backend with { Name = backend.Role == ApplicationRole.Canary ? "Web" : "web" })));

    [Fact]
    public void No_two_backends_have_one_address()
    {
        var failure = Failing.With("BackendAddressTaken", () => BalancerRules.Check(With(backend => backend with { Uri = new Uri(backend.Role == ApplicationRole.Canary ? "http://WEB:3000" : "https://web:3000") })));
        Assert.Contains("'production-1' and 'canary-1'", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("two words")]
    [InlineData("a\r\nSet-Cookie: x")]
    [InlineData("")]
    public void A_backend_is_called_as_a_header_can_say(string name) => Failing.With("BackendNameInvalid", () => BalancerRules.Check(With(backend => backend with { Name = name })));

    [Theory]
    [InlineData("127.0.0.1", "http://127.0.0.1:80")]
    [InlineData("127.0.0.1", "http://localhost")]
    [InlineData("0.0.0.0", "http://127.0.0.1")]
    [InlineData("::", "http://[::1]")]
    [InlineData("10.0.0.1", "http://10.0.0.1")]
    public void A_balancer_does_not_ask_itself(string listen, string uri) =>
        Failing.With("BackendIsBalancer", () => BalancerRules.Check(Good with { ListenAddress = listen, Backends = [Good.Backends[0] with { Uri = new Uri(uri) }] }));

    [Fact]
    public void A_backend_on_another_host_may_have_the_balancers_port() => BalancerRules.Check(Good with { Backends = [Good.Backends[0] with { Uri = new Uri("http://10.0.0.5") }] });

    [Theory]
    [InlineData("everywhere")]
    [InlineData("localhost")]
    [InlineData("")]
    public void It_listens_at_an_IP_address(string address) => Failing.With("AddressNotUsable", () => BalancerRules.Check(Good with { ListenAddress = address }));

    [Theory]
    [InlineData(0, null)]
    [InlineData(65_536, null)]
    [InlineData(80, -1)]
    [InlineData(80, 80)]
    public void Ports_are_ports_and_differ(int port, int? statusPort) => Failing.With("PortInvalid", () => BalancerRules.Check(Good with { Port = port, StatusPort = statusPort }));

    [Theory]
    [InlineData("health", 1, 1, 2, 2)]
    [InlineData("//host/health", 1, 1, 2, 2)]
    [InlineData("/he alth", 1, 1, 2, 2)]
    [InlineData("/", 0.05, 1, 2, 2)]
    [InlineData("/", 1, 0, 2, 2)]
    [InlineData("/", 1, 1, 0, 2)]
    [InlineData("/", 1, 1, 2, 101)]
    public void A_check_can_work(string path, double interval, double timeout, int fall, int rise)
    {
        var check = new BackendCheckSettings { Path = path, Interval = TimeSpan.FromSeconds(interval), Timeout = TimeSpan.FromSeconds(timeout), Fall = fall, Rise = rise };
        Failing.With("HealthCheckInvalid", () => BalancerRules.Check(Good with { Check = check }));
        Assert.Contains("canary-1", Failing.With("HealthCheckInvalid", () => BalancerRules.Check(With(backend => backend.Role == ApplicationRole.Canary ? backend with { Check = check } : backend))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Timeouts_end() => Failing.With("BalancerTimeoutInvalid", () => BalancerRules.Check(Good with { AnswerTimeout = TimeSpan.FromDays(2) }));

    [Fact]
    public void A_key_without_a_certificate_is_refused() => Failing.With("CertificateInvalid", () => BalancerRules.Check(Good with { KeyFile = "/etc/key.pem" }));

    [Fact]
    public async Task A_certificate_with_another_ones_key_is_refused()
    {
        var folder = Directory.CreateTempSubdirectory("devops-test-").FullName;
        try
        {
            var (mine, others) = (Path.Combine(folder, "mine"), Path.Combine(folder, "others"));
            await MakeCertificateAsync(mine);
            await MakeCertificateAsync(others);
            BalancerRules.CheckCertificate(Good with { CertificateFile = mine + ".pem", KeyFile = mine + ".key" });
            Failing.With("CertificateInvalid", () => BalancerRules.CheckCertificate(Good with { CertificateFile = mine + ".pem", KeyFile = others + ".key" }));
            Failing.With("CertificateInvalid", () => BalancerRules.CheckCertificate(Good with { CertificateFile = mine + ".none", KeyFile = mine + ".key" }));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MakeCertificateAsync(string path)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=shop", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        await File.WriteAllTextAsync(path + ".pem", certificate.ExportCertificatePem(), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(path + ".key", key.ExportPkcs8PrivateKeyPem(), TestContext.Current.CancellationToken);
    }

    private static BalancerSettings With(Func<BackendSettings, BackendSettings> change) => Good with { Backends = [.. Good.Backends.Select(change)] };
}
