using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DevOps.Core.Flags.Client;
using DevOps.Core.Flags.Servers;
using DevOps.Core.Tests.Hosting;
using DevOps.Server.Tests.Hosting;

namespace DevOps.Core.Tests.Flags.Faults;

[Trait("Category", "Slow")]
public sealed class EncryptedFlagServerTests : IAsyncLifetime
{
    /// <summary>Where the child process of a test finds the server.</summary>
    private const string AddressVariable = "DEVOPS_TEST_REDISS";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("devops-tls-");
    private readonly TestState _state = new();
    private readonly int _port = FreePort.Find();
    private RedisServer? _server;

    private string CertificateFile => Path.Combine(_folder.FullName, "certificate.pem");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=flags", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var keyFile = Path.Combine(_folder.FullName, "key.pem");
        await File.WriteAllTextAsync(CertificateFile, certificate.ExportCertificatePem(), Ct);
        await File.WriteAllTextAsync(keyFile, key.ExportPkcs8PrivateKeyPem(), Ct);
        _server = await RedisServer.StartAsync("--tls-port", $"{_port}", "--tls-cert-file", CertificateFile, "--tls-key-file", keyFile, "--tls-auth-clients", "no");
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _state.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_server_whose_certificate_nobody_trusts_is_not_connected_to_and_not_kept()
    {
        var failure = await Failing.WithAsync("FeatureFlagServerCertificateRefused", () => ConnectAsync(_state, new Uri($"rediss://127.0.0.1:{_port}")));
        Assert.Contains("The certificate that node", failure.Message, StringComparison.Ordinal);
        Assert.Empty(new FlagServerStore(_state.State).Names());
    }

    [Fact]
    public async Task A_reader_does_not_trust_it_either_and_says_so()
    {
        await using var client = await FlagClient.StartAsync(new FlagSourceAddress("127.0.0.1", _port) { IsEncrypted = true }, cancellation: Ct);
        Assert.False(client.Status.IsConnected);
        Assert.Contains("certificate", client.Status.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_whose_issuer_is_named_to_the_process_is_connected_to()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only OpenSSL is told by a variable whom to trust.");
        var start = new ProcessStartInfo(Environment.ProcessPath!, [typeof(EncryptedFlagServerTests).Assembly.Location, "-explicit", "only", "-method", $"*{nameof(EncryptedFlagServerTests)}.{nameof(In_a_process_of_its_own)}"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            Environment = { ["SSL_CERT_FILE"] = CertificateFile, [AddressVariable] = $"rediss://127.0.0.1:{_port}" },
        };
        using var child = Process.Start(start)!;
        var output = await child.StandardOutput.ReadToEndAsync(Ct);
        await child.WaitForExitAsync(Ct);
        Assert.Contains("Total: 1, Errors: 0, Failed: 0", output, StringComparison.Ordinal);
    }

    [Fact(Explicit = true)]
    public async Task In_a_process_of_its_own()
    {
        var address = new Uri(Environment.GetEnvironmentVariable(AddressVariable)!);
        var name = await ConnectAsync(_state, address);
        await using var connection = await new FlagServerConnector(_state.State).OpenAsync(name, FlagServerUser.Writer, Ct);
        await connection.Flags.ChangeAsync("f", _ => FlagBed.Boolean("f", true), FlagBed.Write());
        await using var client = await FlagClient.StartAsync(new FlagSourceAddress(address.Host, address.Port) { IsEncrypted = true }, cancellation: Ct);
        Assert.True(client.IsOn("f"));
    }

    private static Task<string> ConnectAsync(TestState state, Uri address) => new FlagServerNaming(state.State).ConnectAsync("encrypted", address, login: null, Ct);
}
