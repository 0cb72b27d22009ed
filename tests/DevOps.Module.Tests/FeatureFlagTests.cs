using DevOps.Core.Tests.Hosting;
using DevOps.Server.Tests.Hosting;

namespace DevOps.Module.Tests;

public sealed class FeatureFlagTests
{
    [Fact]
    public async Task Flags_are_set_shown_evaluated_and_removed_in_a_session_of_the_staged_module()
    {
        await using var server = await RedisServer.StartAsync();
        var script = $$"""
            $ErrorActionPreference = 'Stop'
            Import-Module '{{Checkout.Manifest}}'
            $null = Connect-FeatureFlagServer -Name flags -Uri {{server.Uri}}
            Set-FeatureFlag featureflag true -Reason 'a test'
            "value $((Get-FeatureFlag featureflag).Value)"
            Set-FeatureFlag featureflag true -Percentage 100
            "evaluation $((Test-FeatureFlag featureflag user-1).Variant)"
            Disable-FeatureFlag featureflag
            "enabled $((Get-FeatureFlag featureflag).IsEnabled)"
            Export-FeatureFlag "$env:DEVOPS_STATE/flags.json"
            Remove-FeatureFlag featureflag -Confirm:$false
            Import-FeatureFlag "$env:DEVOPS_STATE/flags.json"
            Get-FeatureFlagHistory | ForEach-Object { "history $($_.Kind) $($_.Reason)" }
            """;
        var (output, errors, exitCode) = await ChildShell.RunAsync(script, TestContext.Current.CancellationToken);
        Assert.Equal((string.Empty, 0), (errors, exitCode));
        Assert.Equal(
            ["value True", "evaluation on", "enabled False", "history Created", "history Removed", "history Changed", "history Changed", "history Created a test"],
            output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task The_service_is_started_asked_and_stopped_in_a_session_of_the_staged_module()
    {
        await using var server = await RedisServer.StartAsync();
        var script = $$"""
            $ErrorActionPreference = 'Stop'
            Import-Module '{{Checkout.Manifest}}'
            $null = Connect-FeatureFlagServer -Name flags -Uri {{server.Uri}}
            Set-FeatureFlag featureflag true
            $service = Start-FeatureFlagService -Port {{FreePort.Find()}} -PassThru
            try {
                "$($service.Node) $($service.State) $($service.FlagCount)"
                $client = [System.Net.Http.HttpClient]::new()
                $client.GetStringAsync([Uri]::new($service.Uri, 'featureflag')).GetAwaiter().GetResult()
                $token = New-FeatureFlagToken checkbox -Path "$env:DEVOPS_STATE/token"
                "for $($token.Application)"
            }
            finally {
                Stop-FeatureFlagService flags -Remove
            }
            "left $(@(Get-FeatureFlagService).Count)"
            """;
        var (output, errors, exitCode) = await ChildShell.RunAsync(script, TestContext.Current.CancellationToken);
        Assert.Equal((string.Empty, 0), (errors, exitCode));
        Assert.Equal(
            ["localhost Running 1", """{"featureflag":true}""", "for checkbox", "left 0"],
            output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
    }
}
