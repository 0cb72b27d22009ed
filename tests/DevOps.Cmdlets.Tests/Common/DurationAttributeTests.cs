using System.Management.Automation;
using DevOps.Cmdlets.Common;
using DevOps.Cmdlets.Tests.Hosting;

namespace DevOps.Cmdlets.Tests.Common;

/// <summary>A cmdlet that only shows the duration it was given.</summary>
[Cmdlet(VerbsDiagnostic.Test, "DurationBinding")]
public sealed class TestDurationBindingCommand : PSCmdlet
{
    /// <summary>The duration.</summary>
    [Parameter(Mandatory = true)]
    [Duration]
    public TimeSpan Timeout { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => WriteObject(Timeout);
}

public sealed class DurationAttributeTests : IDisposable
{
    private readonly CmdletSession _session = new(typeof(DurationAttributeTests).Assembly);

    [Theory]
    [InlineData("5", 5_000)]
    [InlineData("0.5", 500)]
    [InlineData("'5'", 5_000)]
    [InlineData("250ms", 250)]
    [InlineData("1s", 1_000)]
    [InlineData("5m", 300_000)]
    [InlineData("2h", 7_200_000)]
    [InlineData("1d", 86_400_000)]
    [InlineData("0.5d", 43_200_000)]
    [InlineData("([decimal] 5)", 5_000)]
    [InlineData("'00:01:30'", 90_000)]
    [InlineData("([timespan]::FromMinutes(2))", 120_000)]
    [InlineData("0", 0)]
    public void A_duration_is_read_as_people_write_it(string argument, double milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), _session.Invoke($"Test-DurationBinding -Timeout {argument}").One<TimeSpan>());

    [Theory]
    [InlineData("-1")]
    [InlineData("soon")]
    [InlineData("''")]
    [InlineData("5x")]
    [InlineData("$null")]
    [InlineData("([timespan]::FromSeconds(-1))")]
    [InlineData("([double]::NaN)")]
    public void What_is_no_duration_is_refused_with_the_forms_that_are(string argument)
    {
        var result = _session.Invoke($"Test-DurationBinding -Timeout {argument}");

        Assert.Equal(["ParameterArgumentTransformationError"], result.ErrorIds);
        Assert.Contains("250ms, 1s, 5m or 2h", result.TerminatingError!.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_property_of_a_piped_object_is_transformed_too()
    {
        var result = _session.Invoke("[pscustomobject] @{ Timeout = '3s' } | & { param([Parameter(ValueFromPipelineByPropertyName)][DevOps.Cmdlets.Common.Duration()] $Timeout) process { $Timeout } }");
        Assert.Equal(TimeSpan.FromSeconds(3), result.One<TimeSpan>());
    }

    public void Dispose() => _session.Dispose();
}
