using DevOps.Cmdlets.Tests.Hosting;
using DevOps.Core.State;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Cmdlets.Tests.Connections;

public sealed class ConnectDigitalOceanCommandTests : IAsyncDisposable
{
    private readonly CmdletSession _session = new();
    private readonly FakeDigitalOcean _api = new();

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        _session.Dispose();
    }

    [Fact]
    public void A_token_is_tried_saved_and_never_shown()
    {
        var result = _session.Invoke("Connect-DigitalOcean work -ApiUri $uri -Token $token -Verbose", ("uri", _api.Address), ("token", Secret("dop_v1_secret")));
        var connection = result.One<DigitalOceanConnection>();
        Assert.Equal(("work", "someone@example.com", 25, true), (connection.Name, connection.Account, connection.DropletLimit, connection.IsSelected));
        Assert.Equal("Bearer dop_v1_secret", Assert.Single(_api.Requests).Headers["authorization"]);
        Assert.DoesNotContain(result.Verbose, line => line.Contains("secret", StringComparison.Ordinal));
        Assert.Equal("dop_v1_secret", Store.Get("work").Token);
    }

    [Fact]
    public void The_password_of_a_credential_is_the_token()
    {
        var credential = new System.Management.Automation.PSCredential("anything", Secret("dop_v1_secret"));
        _session.Invoke("Connect-DigitalOcean work -ApiUri $uri -Credential $credential", ("uri", _api.Address), ("credential", credential)).One<DigitalOceanConnection>();
        Assert.Equal("dop_v1_secret", Store.Get("work").Token);
    }

    [Fact]
    public void The_token_of_the_environment_goes_to_the_address_of_the_environment()
    {
        _session.SetEnvironment("DIGITALOCEAN_ACCESS_TOKEN", "dop_v1_environment");
        _session.SetEnvironment("DIGITALOCEAN_API_URL", _api.Address.ToString());
        _session.Invoke("Connect-DigitalOcean work").One<DigitalOceanConnection>();
        Assert.Equal("dop_v1_environment", Store.Get("work").Token);
    }

    [Fact]
    public void The_token_of_the_environment_does_not_go_to_another_address()
    {
        _session.SetEnvironment("DIGITALOCEAN_ACCESS_TOKEN", "dop_v1_environment");
        var result = _session.Invoke("Connect-DigitalOcean work -ApiUri $uri", ("uri", _api.Address));
        Assert.Equal(["TokenMissing"], result.ErrorIds);
        Assert.Empty(_api.Requests);
        Assert.Empty(Store.List());
    }

    [Fact]
    public void Without_any_connection_the_error_names_the_commands_that_make_one()
    {
        var result = _session.Invoke("Get-Droplet");
        Assert.Equal(["NoConnection"], result.ErrorIds);
        Assert.Contains("Connect-DigitalOcean", result.TerminatingError!.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void A_selected_connection_goes_before_the_environment_and_a_named_one_before_both()
    {
        _api.Connect(StateFolder.Open(_session.StateFolder));
        _session.SetEnvironment("DIGITALOCEAN_ACCESS_TOKEN", "dop_v1_environment");
        _session.SetEnvironment("DIGITALOCEAN_API_URL", _api.Address.ToString());
        _session.Invoke("Get-Droplet; Get-Droplet -Connection environment; Get-Droplet -Connection fake");
        Assert.Equal(["Bearer dop_v1_fake", "Bearer dop_v1_environment", "Bearer dop_v1_fake"], _api.Requests.Select(request => request.Headers["authorization"]));
    }

    [Fact]
    public void Select_and_disconnect_take_connections_from_the_pipeline_and_honour_WhatIf()
    {
        _api.Connect(StateFolder.Open(_session.StateFolder));
        _session.Invoke("Connect-DigitalOcean other -ApiUri $uri -Token $token", ("uri", _api.Address), ("token", Secret("t")));
        _session.Invoke("Get-DigitalOcean other | Select-DigitalOcean -WhatIf");
        Assert.Equal("fake", Store.Selected());
        Assert.True(_session.Invoke("Get-DigitalOcean other | Select-DigitalOcean -PassThru").One<DigitalOceanConnection>().IsSelected);
        _session.Invoke("Get-DigitalOcean | Disconnect-DigitalOcean -WhatIf");
        Assert.Equal(2, Store.List().Count);
        Assert.Equal(["ConnectionNotFound"], _session.Invoke("Disconnect-DigitalOcean nobody, fake, other").ErrorIds);
        Assert.Empty(Store.List());
    }

    private ConnectionStore Store => new(StateFolder.Open(_session.StateFolder));

    private static System.Security.SecureString Secret(string text) => new System.Net.NetworkCredential(string.Empty, text).SecurePassword;
}
