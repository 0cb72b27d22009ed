using DevOps.LocalCloud.Tests.Hosting;

namespace DevOps.LocalCloud.Tests.Api;

public sealed class KeyTests
{
    private const string Request = $$"""{"name":"mine","public_key":"{{CloudFixture.PublicKey}}"}""";

    [Fact]
    public async Task A_key_gets_the_fingerprint_that_OpenSSH_computes()
    {
        await using var cloud = await CloudFixture.StartAsync();
        var answer = await cloud.PostAsync("/v2/account/keys", Request);
        Assert.Equal((201, CloudFixture.Fingerprint), (answer.Status, answer.Body!["ssh_key"]!["fingerprint"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_key_is_found_by_number_and_by_fingerprint()
    {
        await using var cloud = await CloudFixture.StartAsync();
        var id = (await cloud.PostAsync("/v2/account/keys", Request)).Body!["ssh_key"]!["id"]!.GetValue<long>();
        Assert.Equal(200, (await cloud.GetAsync($"/v2/account/keys/{id}")).Status);
        Assert.Equal(200, (await cloud.GetAsync($"/v2/account/keys/{CloudFixture.Fingerprint}")).Status);
    }

    [Fact]
    public async Task The_same_key_is_refused_a_second_time()
    {
        await using var cloud = await CloudFixture.StartAsync();
        await cloud.PostAsync("/v2/account/keys", Request);
        var answer = await cloud.PostAsync("/v2/account/keys", Request);
        Assert.Equal((422, "SSH Key is already in use on your account"), (answer.Status, answer.ErrorMessage));
    }

    [Theory]
    [InlineData("ssh-ed25519")]
    [InlineData("ssh-ed25519 not-base64")]
    [InlineData("ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIFUwnTNiC00rcxpz7sSZFACP0KizFJNyHC1w5QiLaoqA")]
    [InlineData("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFUwnTNiC00rcxpz7sSZFACP0KizFJNyHC1w5QiLaoqA\\nsecond line")]
    public async Task What_is_no_public_key_is_refused(string key)
    {
        await using var cloud = await CloudFixture.StartAsync();
        Assert.Equal(422, (await cloud.PostAsync("/v2/account/keys", $$"""{"name":"mine","public_key":"{{key}}"}""")).Status);
    }

    [Fact]
    public async Task A_key_can_be_renamed()
    {
        await using var cloud = await CloudFixture.StartAsync();
        await cloud.PostAsync("/v2/account/keys", Request);
        await cloud.SendAsync(HttpMethod.Put, $"/v2/account/keys/{CloudFixture.Fingerprint}", """{"name":"ours"}""");
        var key = (await cloud.GetAsync($"/v2/account/keys/{CloudFixture.Fingerprint}")).Body!["ssh_key"]!;
        Assert.Equal("ours", key["name"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_deleted_key_is_gone()
    {
        await using var cloud = await CloudFixture.StartAsync();
        await cloud.PostAsync("/v2/account/keys", Request);
        Assert.Equal(204, (await cloud.DeleteAsync($"/v2/account/keys/{CloudFixture.Fingerprint}")).Status);
        Assert.Equal(404, (await cloud.DeleteAsync($"/v2/account/keys/{CloudFixture.Fingerprint}")).Status);
    }
}
