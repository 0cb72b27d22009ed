using DevOps.Core.Environments;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Core.Tests.Environments;

public sealed class SecretTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("devops-test-").FullName;

    private string EnvironmentPath => Path.Combine(_folder, "production.psd1");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_missing_file_is_an_error_that_leaves_the_definition_to_those_who_need_no_secrets()
    {
        var result = Validate("secrets/password");

        var finding = Assert.Single(result.Findings);
        Assert.Equal((FindingSeverity.Error, "Applications.shop.Secrets.PASSWORD.File"), (finding.Severity, finding.Key));
        Assert.Contains(Path.Combine(_folder, "secrets/password"), finding.Message, StringComparison.Ordinal);
        Assert.NotNull(result.Definition);
    }

    [Fact]
    public void A_file_that_others_may_read_is_a_warning_with_the_command_that_mends_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        Write("password", "secret", UnixFileMode.UserRead | UnixFileMode.GroupRead);

        var finding = Assert.Single(Validate("password").Findings);

        Assert.Equal(FindingSeverity.Warning, finding.Severity);
        Assert.EndsWith($"chmod 600 '{Path.Combine(_folder, "password")}'", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_the_owner_alone_is_fine_and_its_first_line_counts()
    {
        Write("password", "one\ntwo\n", UnixFileMode.UserRead | UnixFileMode.UserWrite);

        Assert.Empty(Validate("password").Findings);
        Assert.Equal("one", SecretValues.Read(Application("password"), EnvironmentPath)["PASSWORD"]);
    }

    [Fact]
    public void A_secret_without_a_value_ends_a_deployment_before_it_begins()
    {
        var failure = Failing.With("SecretNotFound", () => SecretValues.Read(Application("password"), EnvironmentPath));

        Assert.Contains("Applications.shop.Secrets.PASSWORD", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_that_a_variable_cannot_carry_is_refused_without_being_shown()
    {
        Write("password", "sec\tret", UnixFileMode.UserRead | UnixFileMode.UserWrite);

        var failure = Failing.With("SecretInvalid", () => SecretValues.Read(Application("password"), EnvironmentPath));

        Assert.DoesNotContain("sec\tret", failure.Message, StringComparison.Ordinal);
    }

    private static ApplicationDefinition Application(string file) => new()
    {
        Name = "shop",
        Fleet = "web",
        Source = ".",
        Command = "/bin/true",
        Port = 80,
        Secrets = new Dictionary<string, SecretReference>(StringComparer.Ordinal) { ["PASSWORD"] = new(file, Variable: null) },
    };

    private EnvironmentValidation Validate(string file) => EnvironmentFile.Validate(
        TreeBuilder.Build(new Table
        {
            { "Name", "production" },
            {
                "Applications", new Table
                {
                    { "Name", "shop" },
                    { "Fleet", "web" },
                    { "Source", "." },
                    { "Command", "/bin/true" },
                    { "Port", 80 },
                    { "Secrets", new Table { { "PASSWORD", new Table { { "File", file } } } } },
                }
            },
        }),
        EnvironmentPath);

    private void Write(string name, string content, UnixFileMode mode)
    {
        var file = Path.Combine(_folder, name);
        File.WriteAllText(file, content);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, mode);
    }
}
