using System.Text.Json.Nodes;
using DevOps.LocalCloud.Tests.Hosting;

namespace DevOps.LocalCloud.Tests.Api;

public sealed class DropletCreationTests
{
    [Fact]
    public async Task A_droplet_that_was_just_accepted_is_new_and_has_no_address()
    {
        await using var cloud = await CloudFixture.StartAsync();
        cloud.Engine.IsHeld = true;
        var answer = await cloud.PostAsync("/v2/droplets", CloudFixture.Order("web-1"));
        var droplet = answer.Body!["droplet"]!;
        Assert.Equal((202, "new"), (answer.Status, droplet["status"]!.GetValue<string>()));
        Assert.Empty(droplet["networks"]!["v4"]!.AsArray());
        Assert.True(droplet["locked"]!.GetValue<bool>());
    }

    [Fact]
    public async Task A_droplet_becomes_active_with_a_public_and_a_private_address()
    {
        await using var cloud = await CloudFixture.StartAsync();
        var id = await cloud.CreateActiveAsync("web-1");
        var droplet = (await cloud.GetAsync($"/v2/droplets/{id}")).Body!["droplet"]!;
        Assert.Equal("active", droplet["status"]!.GetValue<string>());
        Assert.Equal(["private", "public"], droplet["networks"]!["v4"]!.AsArray().Select(network => network!["type"]!.GetValue<string>()).Order());
    }

    [Fact]
    public async Task The_answer_links_to_the_action_that_creates()
    {
        await using var cloud = await CloudFixture.StartAsync();
        var link = (await cloud.PostAsync("/v2/droplets", CloudFixture.Order("web-1"))).Body!["links"]!["actions"]!.AsArray().Single()!;
        await cloud.SettleAsync();
        var action = (await cloud.GetAsync(new Uri(link["href"]!.GetValue<string>()).AbsolutePath)).Body!["action"]!;
        Assert.Equal(("create", "create", "completed"), (link["rel"]!.GetValue<string>(), action["type"]!.GetValue<string>(), action["status"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Several_names_make_several_droplets_with_an_action_each()
    {
        await using var cloud = await CloudFixture.StartAsync();
        var answer = await cloud.PostAsync("/v2/droplets", CloudFixture.Order("x", order =>
        {
            order.Remove("name");
            order["names"] = new JsonArray("web-1", "web-2");
        }));
        Assert.Equal(["web-1", "web-2"], answer.Body!["droplets"]!.AsArray().Select(droplet => droplet!["name"]!.GetValue<string>()));
        Assert.Equal(2, answer.Body["links"]!["actions"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("size", "s-99vcpu", "You specified an invalid size for Droplet creation.")]
    [InlineData("image", "windows-95", "You specified an invalid image for Droplet creation.")]
    [InlineData("region", "moon1", "You specified an invalid region for Droplet creation.")]
    [InlineData("name", "web_1", "Only valid hostname characters are allowed. (a-z, A-Z, 0-9, . and -)")]
    [InlineData("name", "web-", "Only valid hostname characters are allowed. (a-z, A-Z, 0-9, . and -)")]
    [InlineData("name", "", "Only valid hostname characters are allowed. (a-z, A-Z, 0-9, . and -)")]
    public async Task A_wrong_value_is_refused_in_the_APIs_words(string property, string value, string message)
    {
        await using var cloud = await CloudFixture.StartAsync();
        var answer = await cloud.PostAsync("/v2/droplets", CloudFixture.Order("web-1", order => order[property] = value));
        Assert.Equal((422, "unprocessable_entity", message), (answer.Status, answer.ErrorId, answer.ErrorMessage));
    }

    [Fact]
    public async Task Name_and_names_together_are_refused()
    {
        await using var cloud = await CloudFixture.StartAsync();
        var answer = await cloud.PostAsync("/v2/droplets", CloudFixture.Order("web-1", order => order["names"] = new JsonArray("web-2")));
        Assert.Equal(422, answer.Status);
    }

    [Fact]
    public async Task Eleven_names_are_refused()
    {
        await using var cloud = await CloudFixture.StartAsync();
        var answer = await cloud.PostAsync("/v2/droplets", CloudFixture.Order("x", order =>
        {
            order.Remove("name");
            order["names"] = new JsonArray([.. Enumerable.Range(1, 11).Select(number => JsonValue.Create($"web-{number}"))]);
        }));
        Assert.Equal(422, answer.Status);
    }

    [Fact]
    public async Task A_key_that_the_account_does_not_have_is_refused()
    {
        await using var cloud = await CloudFixture.StartAsync();
        var answer = await cloud.PostAsync("/v2/droplets", CloudFixture.Order("web-1", order => order["ssh_keys"] = new JsonArray(CloudFixture.Fingerprint)));
        Assert.Equal((422, "You specified invalid ssh key ids for Droplet creation."), (answer.Status, answer.ErrorMessage));
    }

    [Fact]
    public async Task The_accounts_keys_and_the_user_data_reach_cloud_init_verbatim()
    {
        await using var cloud = await CloudFixture.StartAsync();
        await cloud.PostAsync("/v2/account/keys", $$"""{"name":"mine","public_key":"{{CloudFixture.PublicKey}}"}""");
        var userData = "#cloud-config\nruncmd: [echo '\"ä\\n\"']\n" + new string('x', 60_000);
        await cloud.PostAsync("/v2/droplets", CloudFixture.Order("web-1", order =>
        {
            order["ssh_keys"] = new JsonArray(CloudFixture.Fingerprint);
            order["user_data"] = userData;
        }));
        await cloud.SettleAsync();
        var seed = cloud.Engine.Created.Single().SeedFolder;
        Assert.Equal(userData, await File.ReadAllTextAsync(Path.Combine(seed, "user-data"), CloudFixture.Cancellation));
        var metadata = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(seed, "meta-data"), CloudFixture.Cancellation))!;
        Assert.Equal(("web-1", CloudFixture.PublicKey), (metadata["local-hostname"]!.GetValue<string>(), metadata["public-keys"]![0]!.GetValue<string>()));
    }

    [Fact]
    public async Task First_boot_instructions_are_their_owners_alone()
    {
        await using var cloud = await CloudFixture.StartAsync();
        await cloud.CreateActiveAsync("web-1");
        var seed = cloud.Engine.Created.Single().SeedFolder;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(seed, "user-data")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(seed));
    }

    [Fact]
    public async Task User_data_of_more_than_64_KiB_is_refused()
    {
        await using var cloud = await CloudFixture.StartAsync();
        var answer = await cloud.PostAsync("/v2/droplets", CloudFixture.Order("web-1", order => order["user_data"] = new string('x', (64 * 1024) + 1)));
        Assert.Equal(422, answer.Status);
    }

    [Fact]
    public async Task More_droplets_than_the_limit_are_refused_and_none_is_made()
    {
        await using var cloud = await CloudFixture.StartAsync(settings => settings with { DropletLimit = 2 });
        await cloud.CreateActiveAsync("web-1");
        var answer = await cloud.PostAsync("/v2/droplets", CloudFixture.Order("x", order =>
        {
            order.Remove("name");
            order["names"] = new JsonArray("web-2", "web-3");
        }));
        Assert.Equal((422, "creating this/these droplet(s) will exceed your droplet limit"), (answer.Status, answer.ErrorMessage));
        Assert.Equal(1, (await cloud.GetAsync("/v2/droplets")).Body!["meta"]!["total"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"name":5}""")]
    public async Task A_body_that_cannot_be_read_is_a_bad_request(string body)
    {
        await using var cloud = await CloudFixture.StartAsync();
        var answer = await cloud.PostAsync("/v2/droplets", body);
        Assert.Equal((400, "bad_request"), (answer.Status, answer.ErrorId));
    }

    [Fact]
    public async Task What_the_local_cloud_does_not_have_is_refused_instead_of_left_out()
    {
        await using var cloud = await CloudFixture.StartAsync();
        var answer = await cloud.PostAsync("/v2/droplets", CloudFixture.Order("web-1", order => order["ipv6"] = true));
        Assert.Equal((422, "The local cloud has no IPv6."), (answer.Status, answer.ErrorMessage));
    }

    [Fact]
    public async Task Two_droplets_may_have_the_same_name_as_in_the_real_cloud()
    {
        await using var cloud = await CloudFixture.StartAsync();
        await cloud.CreateActiveAsync("web-1");
        await cloud.CreateActiveAsync("web-1");
        Assert.Equal(2, (await cloud.GetAsync("/v2/droplets?name=web-1")).Body!["meta"]!["total"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_creation_that_fails_shows_in_its_action_and_the_droplet_is_off()
    {
        await using var cloud = await CloudFixture.StartAsync();
        cloud.Engine.IsBroken = true;
        var answer = await cloud.PostAsync("/v2/droplets", CloudFixture.Order("web-1"));
        await cloud.SettleAsync();
        var action = (await cloud.GetAsync($"/v2/actions/{answer.Body!["links"]!["actions"]![0]!["id"]}")).Body!["action"]!;
        var droplet = (await cloud.GetAsync($"/v2/droplets/{answer.Body["droplet"]!["id"]}")).Body!["droplet"]!;
        Assert.Equal(("errored", "off"), (action["status"]!.GetValue<string>(), droplet["status"]!.GetValue<string>()));
    }
}
