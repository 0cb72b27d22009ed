using DevOps.Cmdlets.Tests.Hosting;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Cmdlets.Tests.Connections;

public sealed class GetDigitalOceanCommandTests : IDisposable
{
    private readonly CmdletSession _session = new();

    [Fact]
    public void Without_connections_nothing_is_listed_and_nothing_is_written()
    {
        var result = _session.Invoke("Get-DigitalOcean");

        Assert.Empty(result.Output);
        Assert.Empty(result.ErrorIds);
        Assert.False(Directory.Exists(_session.StateFolder));
    }

    [Fact]
    public void Connections_are_listed_by_name_and_the_selected_one_is_marked()
    {
        Save("work", "home");
        new ConnectionStore(StateFolder.Open(_session.StateFolder)).Select("work");

        var connections = _session.Invoke("Get-DigitalOcean").Objects<DigitalOceanConnection>();

        Assert.Equal([("home", false), ("work", true)], connections.Select(connection => (connection.Name, connection.IsSelected)));
    }

    [Theory]
    [InlineData("Get-DigitalOcean w*", "work")]
    [InlineData("Get-DigitalOcean WORK", "work")]
    [InlineData("Get-DigitalOcean home, work", "home work")]
    [InlineData("[pscustomobject] @{ Name = 'home' } | Get-DigitalOcean", "home")]
    public void A_name_selects_with_wildcards_without_regard_to_case(string script, string names)
    {
        Save("work", "home");

        Assert.Equal(names, string.Join(' ', _session.Invoke(script).Objects<DigitalOceanConnection>().Select(connection => connection.Name)));
    }

    [Fact]
    public void No_token_is_shown_anywhere()
    {
        Save("work");

        var result = _session.Invoke("Get-DigitalOcean -Verbose | ForEach-Object { $_.PSObject.Properties | ForEach-Object { \"$($_.Name)=$($_.Value)\" } }");

        Assert.NotEmpty(result.Output);
        Assert.DoesNotContain(result.Output, item => item.ToString().Contains("secret", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(result.Verbose, line => line.Contains("secret", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void A_damaged_file_is_an_error_that_names_the_file_and_the_way_out()
    {
        Save("work");
        var file = Path.Combine(_session.StateFolder, "connections", "work.json");
        File.WriteAllText(file, "{");

        var result = _session.Invoke("Get-DigitalOcean");

        Assert.Equal(["ConnectionFileDamaged"], result.ErrorIds);
        Assert.Contains(file, result.TerminatingError!.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("Connect-DigitalOcean -Name work", result.TerminatingError.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    public void Dispose() => _session.Dispose();

    private void Save(params string[] names)
    {
        var store = new ConnectionStore(StateFolder.Open(_session.StateFolder));
        foreach (var name in names) store.Save(new SavedConnection(name, new Uri("https://api.example/"), "secret-" + name, "me@example.com", 25));
    }
}
