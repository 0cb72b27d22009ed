using DevOps.Core.Environments;
using DevOps.Model;

namespace DevOps.Core.Tests.Environments;

public sealed class EnvironmentFileTests
{
    private static readonly Table Application = new()
    {
        { "Name", "shop" },
        { "Fleet", "web" },
        { "Source", "src/shop" },
        { "Command", "/usr/bin/node server.js" },
        { "Port", 8080 },
    };

    private static readonly Table Service = new() { { "Name", "database" }, { "Fleet", "data" }, { "Port", 3306 } };

    private static readonly Table Whole = new()
    {
        { "Name", "production" },
        { "Services", new object?[] { Service } },
        { "Applications", new object?[] { Application } },
    };

    [Fact]
    public void What_is_not_said_has_its_documented_default()
    {
        var application = Assert.Single(Accept(Whole).Applications);

        Assert.Null(application.Build);
        Assert.Equal(TimeSpan.FromMinutes(10), application.BuildTimeout);
        Assert.Equal(".", application.Artifact);
        Assert.Empty(application.Variables);
        Assert.Empty(application.Secrets);
        Assert.Empty(application.Templates);
        Assert.Equal(new HealthCheckDefinition(), application.Health);
        Assert.Equal(0, application.Canaries);
        Assert.Equal(5, application.KeepReleases);
        Assert.Equal(TimeSpan.FromSeconds(30), application.StopTimeout);
    }

    [Fact]
    public void Everything_that_can_be_said_arrives()
    {
        var full = new Table
        {
            { "Name", "shop" },
            { "Fleet", "web" },
            { "Source", "./src//shop/" },
            { "Build", "npm ci\r\nnpm run build" },
            { "BuildTimeout", "15m" },
            { "Artifact", "dist" },
            { "Command", "/usr/bin/node server.js" },
            { "Port", 8080 },
            { "Variables", new Table { { "APP_PORT", "{{ application.port }}" }, { "WORKERS", 4 } } },
            { "Secrets", new Table { { "TOKEN", new Table { { "Variable", "PATH" } } } } },
            { "Templates", new object?[] { "conf/shop.properties" } },
            { "Health", new Table { { "Path", "/health?full=1" }, { "Status", 204 }, { "Contains", "ok" }, { "Successes", 3 }, { "Interval", "1s" }, { "Timeout", 120 } } },
            { "Canaries", 1 },
            { "Balancer", "shop-front" },
            { "KeepReleases", 2 },
            { "StopTimeout", "00:01:00" },
        };

        var definition = Accept(Whole.With("Applications", new object?[] { full }).With("Connection", "work"));
        var application = Assert.Single(definition.Applications);

        Assert.Equal(("production", "/srv/production.psd1", "work"), (definition.Name, definition.File, definition.Connection));
        Assert.Equal(new ServiceDefinition("database", "data", 3306), Assert.Single(definition.Services));
        Assert.Equal(("src/shop", "npm ci\nnpm run build", TimeSpan.FromMinutes(15), "dist"), (application.Source, application.Build, application.BuildTimeout, application.Artifact));
        Assert.Equal(["APP_PORT={{ application.port }}", "WORKERS=4"], application.Variables.Select(variable => $"{variable.Key}={variable.Value}"));
        Assert.Equal(new SecretReference(File: null, "PATH"), application.Secrets["TOKEN"]);
        Assert.Equal(["conf/shop.properties"], application.Templates);
        Assert.Equal(
            new HealthCheckDefinition { Path = "/health?full=1", Status = 204, Contains = "ok", Successes = 3, Interval = TimeSpan.FromSeconds(1), Timeout = TimeSpan.FromMinutes(2) },
            application.Health);
        Assert.Equal((1, "shop-front", 2, TimeSpan.FromMinutes(1)), (application.Canaries, application.Balancer, application.KeepReleases, application.StopTimeout));
    }

    [Fact]
    public void Keys_are_taken_in_any_case_as_everywhere_in_PowerShell() =>
        Assert.Equal("web", Assert.Single(Accept(Whole.With("Applications", new object?[] { Application.Without("Fleet").With("fLEET", "web") })).Applications).Fleet);

    [Fact]
    public void One_table_without_a_list_around_it_is_a_list_of_one() =>
        Assert.Equal("shop", Assert.Single(Accept(Whole.With("Applications", Application)).Applications).Name);

    [Fact]
    public void A_definition_comes_back_from_JSON_unchanged()
    {
        var definition = Accept(Whole.With("Applications", Application.With("Variables", new Table { { "B", "2" }, { "A", "1" } }).With("Health", new Table { { "Timeout", "5m" } })));

        var again = EnvironmentJson.DeserializeEnvironment(EnvironmentJson.Serialize(definition));

        Assert.Equivalent(definition, again, strict: true);
        Assert.Equal(EnvironmentJson.Serialize(definition), EnvironmentJson.Serialize(again));
    }

    [Fact]
    public void A_definition_that_an_older_version_froze_gets_the_defaults_of_newer_keys()
    {
        var application = EnvironmentJson.DeserializeApplication("""{"name":"shop","fleet":"web","source":".","command":"/bin/true","port":80}"""u8);

        Assert.Equal((5, TimeSpan.FromSeconds(30), "."), (application.KeepReleases, application.StopTimeout, application.Artifact));
        Assert.Empty(application.Variables);
        Assert.Null(application.Balancer);
        Assert.Equal(new HealthCheckDefinition(), application.Health);
    }

    [Fact]
    public void Everything_that_is_wrong_is_found_at_once_in_the_order_of_the_file()
    {
        var wrong = Application.With("Port", "8080").With("Fleat", "web").Without("Fleet").With("Canaries", -1);

        var findings = Refuse(Whole.With("Applications", new object?[] { wrong, "text" }).Without("Name"));

        Assert.Equal(
            ["Name", "Applications.shop.Fleet", "Applications.shop.Port", "Applications.shop.Fleat", "Applications[1]", "Applications.shop.Canaries"],
            findings.Select(finding => finding.Key));
        Assert.Equal(findings.Select(finding => finding.Line).Order(), findings.Select(finding => finding.Line));
        Assert.All(findings, finding => Assert.Equal("/srv/production.psd1", finding.File));
    }

    [Fact]
    public void A_slip_in_a_key_is_answered_with_the_key_that_was_meant() =>
        Assert.Equal("There is no key 'Conection' here. Did you mean Connection?", Assert.Single(Refuse(Whole.With("Conection", "work"))).Message);

    [Fact]
    public void A_key_that_is_like_no_other_is_answered_with_all_keys() =>
        Assert.EndsWith("The keys here are Name, Connection, Services, Applications.", Assert.Single(Refuse(Whole.With("Hosts", 5))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_key_that_stands_twice_names_both_lines()
    {
        var finding = Assert.Single(Refuse([.. Whole, ("Name", "other")]));

        Assert.Equal("The key stands in line 1 already.", finding.Message);
        Assert.True(finding.Line > 1);
    }

    [Theory]
    [InlineData("Name", "Shop")]
    [InlineData("Name", "1shop")]
    [InlineData("Name", "shop-")]
    [InlineData("Name", "s_hop")]
    [InlineData("Name", "a-name-that-no-linux-account-may-have")]
    [InlineData("Name", "shop\n")]
    [InlineData("Name", "ssh")]
    [InlineData("Name", "systemd-resolved")]
    [InlineData("Name", "")]
    [InlineData("Fleet", "web fleet")]
    [InlineData("Fleet", "web_1")]
    [InlineData("Source", "/srv/shop")]
    [InlineData("Source", "../shop")]
    [InlineData("Source", "src/../../shop")]
    [InlineData("Source", "src\\shop")]
    [InlineData("Source", "C:/shop")]
    [InlineData("Source", ".git/hooks")]
    [InlineData("Artifact", "/")]
    [InlineData("Artifact", "dist/..")]
    [InlineData("Build", "  ")]
    [InlineData("Build", "make\0")]
    [InlineData("Command", "")]
    [InlineData("Command", "/bin/sh\nExecStartPre=/bin/evil")]
    [InlineData("Command", "+/bin/sh")]
    [InlineData("Command", "!/bin/sh")]
    [InlineData("Command", "-/bin/sh")]
    [InlineData("Command", "./start.sh")]
    [InlineData("Command", "/bin/sh -c 'echo")]
    [InlineData("Command", "/bin/echo \\")]
    [InlineData("BuildTimeout", "10x")]
    [InlineData("BuildTimeout", "0s")]
    [InlineData("BuildTimeout", "60d")]
    [InlineData("StopTimeout", "-1")]
    [InlineData("StopTimeout", "16m")]
    [InlineData("Templates", "/etc/passwd")]
    [InlineData("Templates", "../x")]
    [InlineData("Templates", "conf/")]
    public void A_text_that_would_do_harm_or_nothing_is_refused(string key, string value) =>
        Assert.EndsWith($".{key}", Assert.Single(Refuse(Whole.With("Applications", new object?[] { Application.With(key, value) }))).Key, StringComparison.Ordinal);

    [Theory]
    [InlineData("Port", 0)]
    [InlineData("Port", 65536)]
    [InlineData("Port", 22)]
    [InlineData("Port", 80.5)]
    [InlineData("Port", true)]
    [InlineData("Balancer", "../front")]
    [InlineData("Balancer", "Front")]
    [InlineData("Canaries", -1)]
    [InlineData("KeepReleases", 0)]
    [InlineData("Source", 5)]
    [InlineData("Build", false)]
    [InlineData("BuildTimeout", true)]
    [InlineData("Variables", "A=1")]
    [InlineData("Health", "/health")]
    public void A_value_of_the_wrong_kind_or_out_of_range_is_refused(string key, object value) =>
        Assert.Equal($"Applications.shop.{key}", Assert.Single(Refuse(Whole.With("Applications", new object?[] { Application.With(key, value) }))).Key);

    [Theory]
    [InlineData("Name")]
    [InlineData("Fleet")]
    [InlineData("Source")]
    [InlineData("Command")]
    [InlineData("Port")]
    public void A_missing_key_is_named(string key)
    {
        foreach (var application in (Table[])[Application.Without(key), Application.With(key, value: null)])
        {
            Assert.Equal($"The key {key} is missing.", Assert.Single(Refuse(Whole.With("Applications", new object?[] { application }))).Message);
        }
    }

    [Theory]
    [InlineData("/bin/sh start.sh")]
    [InlineData("node server.js --name \"a b\" 'c d'")]
    [InlineData("/usr/bin/env FOO=1 /bin/true")]
    public void An_ordinary_command_is_accepted(string command) =>
        Assert.Equal(command, Assert.Single(Accept(Whole.With("Applications", new object?[] { Application.With("Command", command) })).Applications).Command);

    [Theory]
    [InlineData("Path", "health")]
    [InlineData("Path", "//elsewhere/health")]
    [InlineData("Path", "/a b")]
    [InlineData("Path", "/a#b")]
    [InlineData("Status", 99)]
    [InlineData("Status", 600)]
    [InlineData("Successes", 0)]
    [InlineData("Interval", "never")]
    [InlineData("Contains", "")]
    [InlineData("Contains", "two\nlines")]
    public void A_health_check_that_cannot_work_is_refused(string key, object value) =>
        Assert.Equal($"Applications.shop.Health.{key}", Assert.Single(Refuse(WithHealth(new Table { { key, value } }))).Key);

    [Fact]
    public void A_health_check_that_can_never_succeed_in_its_time_is_refused() =>
        Assert.StartsWith(
            "No instance can be found healthy: 5 good answers 1 s apart take longer than the timeout of 3 s.",
            Assert.Single(Refuse(WithHealth(new Table { { "Successes", 5 }, { "Interval", "1s" }, { "Timeout", "3s" } }))).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("HOME")]
    [InlineData("INVOCATION_ID")]
    [InlineData("DEVOPS_STATE")]
    [InlineData("1ST")]
    [InlineData("A-B")]
    [InlineData("A=B")]
    [InlineData("")]
    public void A_variable_that_systemd_or_the_shell_could_not_carry_is_refused(string name)
    {
        Assert.Equal($"Applications.shop.Variables.{name}", Assert.Single(Refuse(WithVariable(name, "x"))).Key);
        Assert.Equal(
            $"Applications.shop.Secrets.{name}",
            Assert.Single(Refuse(Whole.With("Applications", new object?[] { Application.With("Secrets", new Table { { name, new Table { { "Variable", "PATH" } } } }) }))).Key);
    }

    [Theory]
    [InlineData("two\nlines")]
    [InlineData("{{ service.databse.address }}")]
    [InlineData("{{ service.database.user }}")]
    [InlineData("{{ host }}")]
    [InlineData("{{ instance.name")]
    [InlineData(true)]
    [InlineData(1.5)]
    public void A_variables_value_that_would_not_arrive_as_written_is_refused(object value) =>
        Assert.Equal("Applications.shop.Variables.A", Assert.Single(Refuse(WithVariable("A", value))).Key);

    [Fact]
    public void A_name_that_is_a_variable_and_a_secret_is_refused() =>
        Assert.StartsWith("TOKEN is also among the Variables", Assert.Single(Refuse(Whole.With("Applications", new object?[]
        {
            Application.With("Variables", new Table { { "TOKEN", "x" } }).With("Secrets", new Table { { "TOKEN", new Table { { "Variable", "PATH" } } } }),
        }))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_secret_that_is_written_into_the_file_is_refused_without_repeating_it()
    {
        var finding = Assert.Single(Refuse(Whole.With("Applications", new object?[] { Application.With("Secrets", new Table { { "TOKEN", "hunter2" } }) })));

        Assert.DoesNotContain("hunter2", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_with_two_places_or_none_is_refused()
    {
        foreach (var reference in (Table[])[[], new Table { { "File", "a" }, { "Variable", "PATH" } }])
        {
            var findings = Refuse(Whole.With("Applications", new object?[] { Application.With("Secrets", new Table { { "TOKEN", reference } }) }));
            Assert.Contains(findings, finding => finding.Message.StartsWith("Expected either File or Variable", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Two_listeners_on_one_port_of_a_fleet_are_refused()
    {
        var other = Application.With("Name", "other");

        Assert.Equal("The fleet web has port 8080 taken by the application shop already.", Assert.Single(Refuse(Whole.With("Applications", new object?[] { Application, other }))).Message);
        Assert.Equal(
            "The fleet data has port 3306 taken by the service database already.",
            Assert.Single(Refuse(Whole.With("Applications", new object?[] { other.With("Fleet", "data").With("Port", 3306) }))).Message);
        Assert.Equal(2, Accept(Whole.With("Applications", new object?[] { Application, other.With("Port", 8081) })).Applications.Count);
        Assert.Equal(2, Accept(Whole.With("Applications", new object?[] { Application, other.With("Fleet", "web2") })).Applications.Count);
    }

    [Fact]
    public void Two_of_one_name_are_refused()
    {
        Assert.Contains(Refuse(Whole.With("Applications", new object?[] { Application, Application.With("Port", 8081) })), finding => finding.Message.StartsWith("There is another application called 'shop'", StringComparison.Ordinal));
        Assert.Contains(Refuse(Whole.With("Services", new object?[] { Service, Service.With("Port", 3307) })), finding => finding.Message.StartsWith("There is another service called 'database'", StringComparison.Ordinal));
    }

    [Fact]
    public void An_environment_without_applications_is_refused()
    {
        Assert.Equal("The key Applications is missing.", Assert.Single(Refuse(Whole.Without("Applications"))).Message);
        Assert.StartsWith("Applications is empty.", Assert.Single(Refuse(Whole.With("Applications", Array.Empty<object?>()))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_reader_has_reported_is_not_reported_again_but_gives_no_definition()
    {
        var result = EnvironmentFile.Validate(TreeBuilder.Build(Whole.With("Connection", new NeutralUnreadable(new SourcePosition(2, 1)))), "/srv/production.psd1");

        Assert.Empty(result.Findings);
        Assert.Null(result.Definition);
    }

    [Fact]
    public void A_placeholder_in_the_command_is_a_warning_because_nobody_fills_it_in()
    {
        var result = EnvironmentFile.Validate(TreeBuilder.Build(Whole.With("Applications", new object?[] { Application.With("Command", "/bin/app {{ application.port }}") })), "/srv/production.psd1");

        Assert.Equal(FindingSeverity.Warning, Assert.Single(result.Findings).Severity);
        Assert.NotNull(result.Definition);
    }

    private static Table WithHealth(Table health) => Whole.With("Applications", new object?[] { Application.With("Health", health) });

    private static Table WithVariable(string name, object value) => Whole.With("Applications", new object?[] { Application.With("Variables", new Table { { name, value } }) });

    private static EnvironmentDefinition Accept(Table table)
    {
        var result = EnvironmentFile.Validate(TreeBuilder.Build(table), "/srv/production.psd1");
        Assert.Empty(result.Findings);
        return Assert.IsType<EnvironmentDefinition>(result.Definition);
    }

    private static IReadOnlyList<DeploymentEnvironmentFinding> Refuse(Table table)
    {
        var result = EnvironmentFile.Validate(TreeBuilder.Build(table), "/srv/production.psd1");
        Assert.Null(result.Definition);
        Assert.NotEmpty(result.Findings);
        return result.Findings;
    }
}
