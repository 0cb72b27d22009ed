using System.Text;
using DevOps.Cmdlets.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Cmdlets.Tests.Environments;

public sealed class TestDeploymentEnvironmentCommandTests : IDisposable
{
    private const string Good = """
        # An environment.
        <# Comments stand
           anywhere. #>
        @{
            Name         = 'production'
            Applications = @(
                @{
                    Name = "shop"; Fleet = 'web'; 'Source' = ('.')
                    Command   = @'
        /bin/shop
        '@
                    Port      = 0x1F90
                    Canaries  = 1
                    Templates = 'a.conf', 'b.conf'
                    Variables = @{ TEXT = 'a $literal'; NUMBER = 5 }
                    Build     = $null
                }
            )
        }
        """;

    private readonly CmdletSession _session = new();

    public void Dispose() => _session.Dispose();

    [Fact]
    public void Nothing_is_written_about_a_file_that_is_fine()
    {
        Write("production.psd1", Good);

        var result = _session.Invoke("Test-DeploymentEnvironment production.psd1");

        Assert.Empty(result.Output);
        Assert.Empty(result.ErrorIds);
    }

    [Fact]
    public void A_finding_names_file_line_column_key_and_what_is_expected()
    {
        Write("production.psd1", Good.Replace("0x1F90", "'8080'", StringComparison.Ordinal));

        Assert.Equal(
            new DeploymentEnvironmentFinding(FindingSeverity.Error, Path.Combine(_session.Folder, "production.psd1"), 12, 25, "Applications.shop.Port", "Found a string, expected a whole number from 1 to 65535. Write 8080 without quotes."),
            _session.Invoke("Test-DeploymentEnvironment production.psd1").One<DeploymentEnvironmentFinding>());
    }

    [Theory]
    [InlineData("(Get-Date)", "'Get-Date' is an expression")]
    [InlineData("$(Get-Date)", "'$(Get-Date)' is an expression")]
    [InlineData("Get-Date", "'Get-Date' is an expression")]
    [InlineData("$env:HOME", "'$env:HOME' is an expression")]
    [InlineData("$PSScriptRoot", "'$PSScriptRoot' is an expression")]
    [InlineData("\"at $HOME\"", "\"at $HOME\" is an expression, because a $ in double quotes stands for a variable")]
    [InlineData("'a' + 'b'", "''a' + 'b'' is an expression")]
    [InlineData("[int] 5", "'[int] 5' is an expression")]
    [InlineData("{ 5 }", "'{ 5 }' is an expression")]
    [InlineData("if ($true) { 5 }", "'if ($true) { 5 }' is an expression")]
    [InlineData("'a' | Out-Null", "''a' | Out-Null' is an expression")]
    [InlineData("'a' > out.txt", "''a' > out.txt' is an expression")]
    [InlineData("1e400", "'1e400' is an expression")]
    public void Whatever_would_have_to_be_run_is_refused_with_its_place(string expression, string message)
    {
        Write("production.psd1", Good.Replace("$null", expression, StringComparison.Ordinal));

        var finding = Assert.Single(_session.Invoke("Test-DeploymentEnvironment production.psd1").Objects<DeploymentEnvironmentFinding>());

        Assert.StartsWith(message, finding.Message, StringComparison.Ordinal);
        Assert.Contains("only literals are allowed", finding.Message, StringComparison.Ordinal);
        Assert.Equal(16, finding.Line);
        Assert.Equal("Applications.shop.Build", finding.Key);
    }

    [Fact]
    public void Nothing_in_the_file_is_ever_run()
    {
        var witness = Path.Combine(_session.Folder, "witness");
        Write("production.psd1", Good.Replace("$null", $"$([IO.File]::WriteAllText('{witness}', 'x'))", StringComparison.Ordinal));
        Write("module.psd1", "using module ./evil.psm1\n" + Good);
        Write("evil.psm1", $"[IO.File]::WriteAllText('{witness}', 'x')");

        _session.Invoke("Test-DeploymentEnvironment production.psd1, module.psd1");

        Assert.False(File.Exists(witness));
    }

    [Theory]
    [InlineData("", 1, "The file is empty.")]
    [InlineData("# nothing\n", 1, "The file is empty.")]
    [InlineData("'text'", 1, "Expected one table")]
    [InlineData("\n\nusing module Evil\n@{}", 3, "Expected one table")]
    [InlineData("@{}\n@{}", 2, "Found something outside the table.")]
    [InlineData("@{}\nGet-Date", 2, "Found something outside the table.")]
    [InlineData("param($x) @{}", 1, "Expected one table")]
    [InlineData("@{\n  Name = \n}", 2, "Missing statement after '='")]
    [InlineData("@{ Name = 'x' ", 1, "Missing closing '}'")]
    [InlineData("@{ Name = 'x }", 1, "The string is missing the terminator: '.")]
    public void A_file_that_is_no_single_table_is_refused(string content, int line, string message)
    {
        Write("production.psd1", content);

        var findings = _session.Invoke("Test-DeploymentEnvironment production.psd1").Objects<DeploymentEnvironmentFinding>();

        Assert.Contains(findings, finding => finding.Line == line && finding.Message.StartsWith(message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_key_that_stands_twice_is_reported_with_both_places()
    {
        Write("production.psd1", Good.Replace("Canaries  = 1", "Port = 81", StringComparison.Ordinal));

        var finding = _session.Invoke("Test-DeploymentEnvironment production.psd1").One<DeploymentEnvironmentFinding>();

        Assert.Equal((13, "Applications.shop.Port", "The key stands in line 12 already."), (finding.Line, finding.Key, finding.Message));
    }

    [Fact]
    public void Expressions_and_broken_rules_are_found_in_one_run()
    {
        Write("production.psd1", Good.Replace("$null", "(Get-Date)", StringComparison.Ordinal).Replace("Canaries  = 1", "Canarys = 1", StringComparison.Ordinal));

        Assert.Equal(
            ["Applications.shop.Canarys", "Applications.shop.Build"],
            _session.Invoke("Test-DeploymentEnvironment production.psd1").Objects<DeploymentEnvironmentFinding>().Select(finding => finding.Key));
    }

    [Fact]
    public void A_file_that_can_hardly_be_an_environment_is_not_parsed()
    {
        Write("large.psd1", "#" + new string('x', 1024 * 1024) + "\n@{}");
        File.WriteAllBytes(Path.Combine(_session.Folder, "binary.psd1"), [0xFF, 0x00, 0xC3, 0x28, 0x80]);
        Write("deep.psd1", string.Concat(Enumerable.Repeat("@{A=", 100)) + "1" + new string('}', 100));

        Assert.StartsWith("The file is larger than 1 MiB", _session.Invoke("Test-DeploymentEnvironment large.psd1").One<DeploymentEnvironmentFinding>().Message, StringComparison.Ordinal);
        Assert.Equal("The file is not UTF-8 text.", _session.Invoke("Test-DeploymentEnvironment binary.psd1").One<DeploymentEnvironmentFinding>().Message);
        Assert.Contains(_session.Invoke("Test-DeploymentEnvironment deep.psd1").Objects<DeploymentEnvironmentFinding>(), finding => finding.Message.StartsWith("More than 32 tables", StringComparison.Ordinal));
    }

    [Fact]
    public void A_byte_order_mark_is_no_part_of_the_file()
    {
        File.WriteAllText(Path.Combine(_session.Folder, "production.psd1"), Good, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));

        Assert.Empty(_session.Invoke("Test-DeploymentEnvironment production.psd1").Output);
    }

    [Fact]
    public void Quiet_says_only_whether_anything_can_be_deployed()
    {
        Write("good.psd1", Good);
        Write("bad.psd1", "@{}");
        Write("odd.psd1", Good.Replace("/bin/shop", "/bin/shop {{ application.port }}", StringComparison.Ordinal));

        Assert.Equal([true, false, true], _session.Invoke("Test-DeploymentEnvironment good.psd1, bad.psd1, odd.psd1 -Quiet").Objects<bool>());
    }

    [Fact]
    public void A_file_that_is_not_there_is_an_error_and_the_next_one_is_checked()
    {
        Write("bad.psd1", "@{}");

        var result = _session.Invoke("Test-DeploymentEnvironment nope.psd1, bad.psd1 -Quiet");

        Assert.Equal(["EnvironmentFileNotFound"], result.ErrorIds);
        Assert.Equal([false], result.Objects<bool>());
    }

    [Theory]
    [InlineData("'production.psd1' | Test-DeploymentEnvironment -Quiet")]
    [InlineData("[IO.FileInfo]::new((Convert-Path production.psd1)) | Test-DeploymentEnvironment -Quiet")]
    [InlineData("Test-DeploymentEnvironment ./production.psd1 -Quiet")]
    [InlineData("[pscustomobject] @{ PSPath = 'production.psd1' } | Test-DeploymentEnvironment -Quiet")]
    public void A_path_is_taken_by_position_from_the_pipeline_and_from_file_objects(string script)
    {
        Write("production.psd1", Good);

        // Convert-Path is not part of the engine.
        var full = Path.Combine(_session.Folder, "production.psd1");
        Assert.True(_session.Invoke(script.Replace("(Convert-Path production.psd1)", $"'{full}'", StringComparison.Ordinal)).One<bool>());
    }

    [Fact]
    public void The_reference_environment_is_right()
    {
        var sample = Path.Combine(CmdletSession.RepositoryRoot(), "samples", "production.psd1");

        // Its secrets are made by whoever installs it.
        Assert.DoesNotContain(
            _session.Invoke("Test-DeploymentEnvironment $sample", ("sample", sample)).Objects<DeploymentEnvironmentFinding>(),
            finding => !finding.Key.Contains(".Secrets.", StringComparison.Ordinal));
    }

    private void Write(string name, string content) => File.WriteAllText(Path.Combine(_session.Folder, name), content);
}
