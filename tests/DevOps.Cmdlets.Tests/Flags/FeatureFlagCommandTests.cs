using System.Management.Automation;
using DevOps.Cmdlets.Tests.Hosting;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Cmdlets.Tests.Flags;

[Trait("Category", "Slow")]
public sealed class FeatureFlagCommandTests : IAsyncLifetime
{
    private readonly CmdletSession _session = new();
    private RedisServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await RedisServer.StartAsync("--notify-keyspace-events", "E$");
        Assert.Empty(_session.Invoke($"Connect-FeatureFlagServer -Name flags -Uri {_server.Uri}").ErrorIds);
    }

    public async ValueTask DisposeAsync()
    {
        _session.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public void A_flag_is_set_with_two_words_and_shown()
    {
        Assert.Empty(_session.Invoke("Set-FeatureFlag featureflag true").ErrorIds);
        var flag = _session.Invoke("Get-FeatureFlag featureflag").One<FeatureFlag>();
        Assert.Equal((true, FeatureFlagType.Boolean, true, "flags"), (flag.Value, flag.Type, flag.IsEnabled, flag.Server));
    }

    [Theory]
    [InlineData("Set-FeatureFlag f $true", FeatureFlagType.Boolean, true)]
    [InlineData("Set-FeatureFlag f true -Type String", FeatureFlagType.String, "true")]
    [InlineData("Set-FeatureFlag f hello", FeatureFlagType.String, "hello")]
    [InlineData("Set-FeatureFlag f ''", FeatureFlagType.String, "")]
    [InlineData("Set-FeatureFlag f 5", FeatureFlagType.Number, 5L)]
    [InlineData("Set-FeatureFlag f 0.25", FeatureFlagType.Number, 0.25)]
    [InlineData("Set-FeatureFlag f '7' -Type Number", FeatureFlagType.Number, 7L)]
    [InlineData("Set-FeatureFlag f @(1, 'two')", FeatureFlagType.Json, "[1,\"two\"]")]
    [InlineData("Set-FeatureFlag f @{ limit = 5 }", FeatureFlagType.Json, "{\"limit\":5}")]
    [InlineData("Set-FeatureFlag f '{\"limit\":5}' -Type Json", FeatureFlagType.Json, "{\"limit\":5}")]
    public void A_value_of_any_kind_is_kept(string script, FeatureFlagType type, object value)
    {
        var flag = _session.Invoke($"{script} -PassThru").One<FeatureFlag>();
        Assert.Equal((type, value), (flag.Type, flag.Value));
    }

    [Fact]
    public void Another_type_is_refused_and_taken_with_force()
    {
        var result = _session.Invoke("Set-FeatureFlag f 5; Set-FeatureFlag f hello -Type String; Set-FeatureFlag f hello -Type String -Force; (Get-FeatureFlag f).Value");
        Assert.Equal(["FeatureFlagTypeConflict"], result.ErrorIds);
        Assert.Equal("hello", Assert.Single(result.Output).BaseObject);
    }

    [Fact]
    public void A_share_of_the_users_gets_the_value()
    {
        var result = _session.Invoke("Set-FeatureFlag f true -Percentage 50; 1..200 | ForEach-Object { (Test-FeatureFlag f \"user-$_\").Variant }");
        Assert.InRange(result.Output.Count(item => item.ToString() == "on"), 70, 130);
        Assert.Equal(200, result.Output.Count);
    }

    [Fact]
    public void Variants_get_shares()
    {
        _session.Invoke("Set-FeatureFlag size -Variant ([ordered]@{ small = 'S'; large = 'L' }) -DefaultVariant small -Percentage ([ordered]@{ small = 0; large = 1 })");
        var evaluation = _session.Invoke("Test-FeatureFlag size user-1").One<FeatureFlagEvaluation>();
        Assert.Equal(("L", "large", FeatureFlagReason.TargetingMatch), (evaluation.Value, evaluation.Variant, evaluation.Reason));
    }

    [Fact]
    public void A_rule_sees_the_context()
    {
        _session.Invoke("Set-FeatureFlag f false; Set-FeatureFlag f -Targeting @{ if = @(@{ in = @(@{ var = 'country' }, @('NO', 'SE')) }, 'on', $null) }");
        var result = _session.Invoke("'NO', 'DK' | ForEach-Object { Test-FeatureFlag f -Context @{ targetingKey = 'u'; country = $_ } }");
        Assert.Equal([true, false], result.Objects<FeatureFlagEvaluation>().Select(evaluation => evaluation.Value));
    }

    [Fact]
    public void A_disabled_flag_has_no_value_and_keeps_what_was_said()
    {
        var result = _session.Invoke("Set-FeatureFlag f true; Disable-FeatureFlag f; (Test-FeatureFlag f).Reason; $null -eq (Test-FeatureFlag f).Value; Enable-FeatureFlag f; (Test-FeatureFlag f).Value");
        Assert.Equal([FeatureFlagReason.Disabled, true, true], result.Output.Select(item => item.BaseObject));
    }

    [Fact]
    public void WhatIf_writes_nothing()
    {
        _session.Invoke("Set-FeatureFlag f true -WhatIf; Set-FeatureFlag g true; Disable-FeatureFlag g -WhatIf; Remove-FeatureFlag g -WhatIf");
        var flag = _session.Invoke("Get-FeatureFlag").One<FeatureFlag>();
        Assert.Equal(("g", true), (flag.Name, flag.IsEnabled));
    }

    [Fact]
    public void A_change_for_another_version_is_refused() =>
        Assert.Equal(["FeatureFlagVersionConflict"], _session.Invoke("Set-FeatureFlag f true; Set-FeatureFlag f false -IfVersion 9; Set-FeatureFlag f false -IfVersion 1").ErrorIds);

    [Theory]
    [InlineData("Set-FeatureFlag f true")]
    [InlineData("Disable-FeatureFlag g")]
    [InlineData("Remove-FeatureFlag g -Confirm:$false")]
    [InlineData("Import-FeatureFlag $file")]
    public void Too_few_replicas_are_a_warning(string change)
    {
        var file = Path.Combine(_session.StateFolder, "flags.json");
        _session.Invoke("Set-FeatureFlag g true; Export-FeatureFlag $file; Set-FeatureFlag g false", ("file", file));
        var result = _session.Invoke($"{change} -ReplicaCount 2 -ReplicaTimeout 50ms", ("file", file));
        Assert.Empty(result.ErrorIds);
        Assert.Contains("0 of 2 replicas", Assert.Single(result.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void The_history_says_who_when_from_what_to_what_and_why()
    {
        var changes = _session.Invoke("Set-FeatureFlag f true; Set-FeatureFlag f false -Reason 'too slow'; Get-FeatureFlagHistory f").Objects<FeatureFlagChange>();
        Assert.Equal([("true", "false", "too slow"), (null, "true", null)], changes.Select(change => (change.From, change.To, change.Reason)));
        Assert.All(changes, change => Assert.Equal($"{Environment.UserName}@{Environment.MachineName}", change.By));
    }

    [Fact]
    public async Task What_another_program_sets_is_in_the_history_as_external()
    {
        _session.Invoke("Set-FeatureFlag featureflag false");
        Assert.Equal("+OK", await _server.SendAsync("SET featureflag true"));
        var result = _session.Invoke("(Get-FeatureFlag featureflag).Value; (Get-FeatureFlagHistory featureflag -First 1).By");
        Assert.Equal([true, "external"], result.Output.Select(item => item.BaseObject));
    }

    [Fact]
    public async Task A_watch_tells_a_change_and_ends_when_enough_was_heard()
    {
        _session.Invoke("Set-FeatureFlag f false");
        var changing = Task.Run(async () =>
        {
            await Eventually.IsAsync(async () => await _server.SendAsync("CLIENT LIST TYPE pubsub") is not "$0");
            await _server.SendAsync("SET f true");
        }, TestContext.Current.CancellationToken);
        var change = _session.Invoke("do { Watch-FeatureFlag f | ForEach-Object { $_; break } } while ($false)").One<FeatureFlagChange>();
        await changing;
        Assert.Equal(("f", "true"), (change.Name, change.To));
    }

    [Fact]
    public void What_was_exported_is_imported()
    {
        var file = Path.Combine(_session.StateFolder, "flags.json");
        var result = _session.Invoke($"Set-FeatureFlag f true -Percentage 20; Set-FeatureFlag g hello; Export-FeatureFlag '{file}'; Remove-FeatureFlag f -Confirm:$false; Import-FeatureFlag '{file}' -PassThru; Import-FeatureFlag '{file}' -PassThru");
        var flag = result.One<FeatureFlag>();
        Assert.Equal(("f", "{\"fractional\":[[\"on\",20],[\"off\",80]]}"), (flag.Name, flag.Targeting));
    }

    [Fact]
    public void A_file_that_is_there_is_not_written_over()
    {
        var file = Path.Combine(_session.StateFolder, "flags.json");
        Assert.Equal(["FeatureFlagFileNotWritable"], _session.Invoke($"Export-FeatureFlag '{file}'; Export-FeatureFlag '{file}'; Export-FeatureFlag '{file}' -Force").ErrorIds);
    }

    [Theory]
    [InlineData("Get-FeatureFlag nope", "FeatureFlagNotFound")]
    [InlineData("Test-FeatureFlag nope", "FeatureFlagNotFound")]
    [InlineData("Remove-FeatureFlag nope -Confirm:$false", "FeatureFlagNotFound")]
    [InlineData("Enable-FeatureFlag nope", "FeatureFlagInvalid")]
    [InlineData("Set-FeatureFlag ff:version true", "FeatureFlagNameInvalid")]
    [InlineData("Set-FeatureFlag f five -Type Number", "FeatureFlagValueInvalid")]
    [InlineData("Set-FeatureFlag f true -Percentage many", "FeatureFlagValueInvalid")]
    [InlineData("Set-FeatureFlag f true -Targeting '{'", "FeatureFlagValueInvalid")]
    [InlineData("Set-FeatureFlag f true -Targeting '{\"frobnicate\":1}'", "FeatureFlagInvalid")]
    [InlineData("Set-FeatureFlag f @{ a = { 1 } }", "FeatureFlagValueInvalid")]
    [InlineData("Set-FeatureFlag f true -ReplicaTimeout 1h", "FeatureFlagTimeoutInvalid")]
    [InlineData("Import-FeatureFlag ./nowhere.json", "FeatureFlagFileNotReadable")]
    [InlineData("Get-FeatureFlag -Server nope", "FeatureFlagServerNotFound")]
    public void What_is_wrong_is_said(string script, string id) => Assert.Equal([id], _session.Invoke(script, ("uri", _server.Uri)).ErrorIds);

    [Fact]
    public void A_public_address_without_encryption_gets_no_password()
    {
        using var password = new System.Net.NetworkCredential("", "secret").SecurePassword;
        Assert.Equal(["FeatureFlagServerAddressInvalid"], _session.Invoke("Connect-FeatureFlagServer -Name x -Uri redis://8.8.8.8 -Credential $credential", ("credential", new PSCredential("writer", password))).ErrorIds);
    }

    [Fact]
    public async Task A_wrong_password_is_refused_although_none_is_needed()
    {
        await _server.SendAsync("ACL SETUSER writer on >secret ~* &* +@all");
        using var wrong = new System.Net.NetworkCredential("", "wrong").SecurePassword;
        using var right = new System.Net.NetworkCredential("", "secret").SecurePassword;
        const string connect = "Connect-FeatureFlagServer -Name locked -Uri $uri -Credential $credential";
        Assert.Equal(["FeatureFlagServerLoginRefused"], _session.Invoke(connect, ("uri", _server.Uri), ("credential", new PSCredential("writer", wrong))).ErrorIds);
        Assert.Empty(_session.Invoke($"{connect}; Set-FeatureFlag f true", ("uri", _server.Uri), ("credential", new PSCredential("writer", right))).ErrorIds);
    }
}
