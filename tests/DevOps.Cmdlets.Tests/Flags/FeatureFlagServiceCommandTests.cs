using System.Net;
using System.Security;
using DevOps.Cmdlets.Tests.Hosting;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Cmdlets.Tests.Flags;

/// <summary>The service's cmdlets, as far as they start no process: those tests are with the staged module.</summary>
public sealed class FeatureFlagServiceCommandTests : IAsyncLifetime
{
    private readonly CmdletSession _session = new();
    private RedisServer _redis = null!;

    private string TokenFile => Path.Combine(_session.StateFolder, "checkbox-flags");

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.StartAsync();
        Assert.Empty(_session.Invoke($"Connect-FeatureFlagServer -Name shop -Uri {_redis.Uri}").ErrorIds);
    }

    public async ValueTask DisposeAsync()
    {
        await _redis.DisposeAsync();
        _session.Dispose();
    }

    [Fact]
    public void A_start_is_rehearsed_with_WhatIf_and_starts_nothing()
    {
        Assert.Empty(_session.Invoke("Start-FeatureFlagService -WhatIf").ErrorIds);
        Assert.Contains(_session.Host.Lines, line => line.Contains("Start or change on this machine", StringComparison.Ordinal));
        Assert.Empty(_session.Invoke("Get-FeatureFlagService").Objects<FeatureFlagService>());
    }

    [Theory]
    [InlineData("Start-FeatureFlagService nobody", "FeatureFlagServerNotFound")]
    [InlineData("Start-FeatureFlagService -AllowedOrigin https://shop.example/", "OriginInvalid")]
    [InlineData("Start-FeatureFlagService -ListenAddress localhost", "AddressNotUsable")]
    [InlineData("Get-FeatureFlagService nobody", "FeatureFlagServerNotFound")]
    [InlineData("Get-FeatureFlagService shop", "FeatureFlagServiceNotFound")]
    [InlineData("Stop-FeatureFlagService shop", "FeatureFlagServiceNotFound")]
    [InlineData("New-FeatureFlagToken 'a b'", "FeatureFlagApplicationInvalid")]
    [InlineData("Get-FeatureFlagToken checkbox", "FeatureFlagTokenNotFound")]
    [InlineData("Remove-FeatureFlagToken checkbox -Confirm:$false", "FeatureFlagTokenNotFound")]
    public void What_cannot_be_done_is_an_error_that_says_why(string command, string id)
    {
        Assert.Equal([id], _session.Invoke(command).ErrorIds);
    }

    [Fact]
    public void A_token_is_a_SecureString_and_in_its_owners_file_and_seen_nowhere_else()
    {
        var result = _session.Invoke($"New-FeatureFlagToken checkbox -Path '{TokenFile}' -Verbose");
        var token = Clear(result.One<FeatureFlagToken>().Token!);
        Assert.Equal(token + "\n", File.ReadAllText(TokenFile));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(TokenFile));
        Assert.DoesNotContain(result.Verbose.Concat(result.Information).Concat(_session.Host.Lines), line => line.Contains(token, StringComparison.Ordinal));
        Assert.Null(_session.Invoke("Get-FeatureFlagToken check*").One<FeatureFlagToken>().Token);
    }

    [Fact]
    public void A_second_token_takes_the_place_of_the_first_only_by_force()
    {
        var first = Clear(_session.Invoke("New-FeatureFlagToken checkbox").One<FeatureFlagToken>().Token!);
        Assert.Equal(["FeatureFlagTokenExists"], _session.Invoke("New-FeatureFlagToken checkbox").ErrorIds);
        Assert.NotEqual(first, Clear(_session.Invoke("New-FeatureFlagToken checkbox -Force").One<FeatureFlagToken>().Token!));
        Assert.Single(_session.Invoke("Get-FeatureFlagToken").Objects<FeatureFlagToken>());
    }

    [Fact]
    public void A_file_that_is_there_is_written_over_only_by_force()
    {
        File.WriteAllText(TokenFile, "mine");
        Assert.Equal(["FeatureFlagTokenFileExists"], _session.Invoke($"New-FeatureFlagToken checkbox -Path '{TokenFile}'").ErrorIds);
        Assert.Equal("mine", File.ReadAllText(TokenFile));
        Assert.Empty(_session.Invoke("Get-FeatureFlagToken").Objects<FeatureFlagToken>());
    }

    [Fact]
    public void A_token_that_cannot_be_written_is_not_made()
    {
        Assert.Equal(["FeatureFlagTokenFileNotWritten"], _session.Invoke($"New-FeatureFlagToken checkbox -Path '{_session.StateFolder}/nowhere/token'").ErrorIds);
        Assert.Empty(_session.Invoke("Get-FeatureFlagToken").Objects<FeatureFlagToken>());
    }

    [Fact]
    public void Taking_a_token_away_is_rehearsed_with_WhatIf()
    {
        _session.Invoke("New-FeatureFlagToken checkbox");
        Assert.Empty(_session.Invoke("Get-FeatureFlagToken | Remove-FeatureFlagToken -WhatIf").ErrorIds);
        Assert.Single(_session.Invoke("Get-FeatureFlagToken").Objects<FeatureFlagToken>());
        Assert.Empty(_session.Invoke("Get-FeatureFlagToken | Remove-FeatureFlagToken -Confirm:$false").ErrorIds);
        Assert.Empty(_session.Invoke("Get-FeatureFlagToken").Objects<FeatureFlagToken>());
    }

    [Fact]
    public void Piped_by_each_of_its_nodes_a_service_is_stopped_once()
    {
        _session.Invoke("New-FeatureFlagToken checkbox");
        Assert.Empty(_session.Invoke("$node = Get-FeatureFlagService; $node, $node | Stop-FeatureFlagService -Remove").ErrorIds);
    }

    [Fact]
    public void A_server_with_a_service_here_is_not_forgotten_before_that_is_stopped()
    {
        _session.Invoke("New-FeatureFlagToken checkbox");
        Assert.Equal(["FeatureFlagServiceRunning"], _session.Invoke("Disconnect-FeatureFlagServer shop").ErrorIds);
        Assert.Equal(FeatureFlagServiceState.Stopped, _session.Invoke("Get-FeatureFlagService").One<FeatureFlagService>().State);
        Assert.Empty(_session.Invoke("Stop-FeatureFlagService shop -Remove; Disconnect-FeatureFlagServer shop").ErrorIds);
    }

    private static string Clear(SecureString text) => new NetworkCredential(string.Empty, text).Password;
}
