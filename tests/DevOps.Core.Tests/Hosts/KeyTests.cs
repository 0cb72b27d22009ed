using System.Diagnostics;
using System.Text;
using DevOps.Core.Hosts;
using DevOps.Core.Tests.Hosting;
using Renci.SshNet;

namespace DevOps.Core.Tests.Hosts;

public sealed class KeyTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void A_key_is_read_by_the_SSH_library_as_the_same_key()
    {
        var pair = SshKeyPair.Generate();
        using var text = new MemoryStream(Encoding.ASCII.GetBytes(pair.PrivateKey));
        using var file = new PrivateKeyFile(text);
        Assert.Equal(pair.HostKey, SshKeyPair.HostKeyOf(file.HostKeyAlgorithms.First().Data));
        Assert.Equal(pair.PublicKey, SshKeyPair.Parse(pair.PrivateKey).PublicKey);
    }

    [Fact]
    public void A_key_that_ssh_keygen_made_has_the_fingerprints_that_ssh_keygen_tells()
    {
        // Made for this test and used nowhere.
        var pair = SshKeyPair.Parse("""
            -----BEGIN OPENSSH PRIVATE KEY-----
            b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW
            QyNTUxOQAAACD5QDQHfg8Nw2A3UZ+GZH2L1tgt4zw0vbhaFo26a12NQwAAAIjbTwU/208F
            PwAAAAtzc2gtZWQyNTUxOQAAACD5QDQHfg8Nw2A3UZ+GZH2L1tgt4zw0vbhaFo26a12NQw
            AAAECPIphf2bSa93D6QzN3fll2hdU+6pn3AGcAnggMpeCEJPlANAd+Dw3DYDdRn4ZkfYvW
            2C3jPDS9uFoWjbprXY1DAAAAAAECAwQF
            -----END OPENSSH PRIVATE KEY-----

            """);
        Assert.Equal("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPlANAd+Dw3DYDdRn4ZkfYvW2C3jPDS9uFoWjbprXY1D", pair.PublicKey);
        Assert.Equal("32:4e:54:0c:04:11:e2:c3:34:fd:af:5c:89:2d:b8:50", pair.ApiFingerprint);
        Assert.Equal("08ceaaf72b9c7636511cd0658751cc2a5904818cb8cdc7b1ba4197314ccb300e", pair.HostKey);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a key")]
    [InlineData("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n")]
    public void What_is_no_key_is_refused(string text) => Assert.Throws<FormatException>(() => SshKeyPair.Parse(text));

    [Fact]
    public async Task Many_sessions_at_once_make_one_key_that_only_its_owner_can_read()
    {
        using var test = new TestState();
        var keys = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => new ClientKeyStore(test.State).GetOrCreateAsync(Ct))));
        Assert.Single(keys.Select(key => key.PublicKey).Distinct(StringComparer.Ordinal));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(test.State.PathOf("keys", "client_ed25519")));
    }

    [Fact]
    public async Task A_damaged_key_is_said_and_never_replaced()
    {
        using var test = new TestState();
        var file = test.State.PathOf("keys", "client_ed25519");
        test.State.Write(file, "damaged"u8);
        await Failing.WithAsync("ClientKeyDamaged", () => new ClientKeyStore(test.State).GetOrCreateAsync(Ct));
        Assert.Equal("damaged", await File.ReadAllTextAsync(file, Ct));
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("it's")]
    [InlineData("'''")]
    [InlineData("$(exit 1) `exit 1` \\ \" * ~ # ! ; & | < > \n\t")]
    public async Task A_quoted_text_is_one_word_to_a_shell(string text)
    {
        if (OperatingSystem.IsWindows()) return;
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"printf '%s' {PosixQuote.Quote(text)}"]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        Assert.Equal(text, await shell.StandardOutput.ReadToEndAsync(Ct));
    }

    [Fact]
    public void A_text_that_no_argument_can_hold_is_refused() => Assert.Throws<ArgumentException>(() => PosixQuote.Quote("a\0b"));
}
