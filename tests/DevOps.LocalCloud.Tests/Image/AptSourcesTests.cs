using DevOps.LocalCloud.Image;

namespace DevOps.LocalCloud.Tests.Image;

public sealed class AptSourcesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("apt-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_machines_own_mirror_is_used()
    {
        Write("sources.list", "deb http://mirror.example/debian bookworm main contrib\ndeb-src http://mirror.example/debian bookworm main\n");
        Assert.Equal("Types: deb\nURIs: http://mirror.example/debian\nSuites: bookworm\nComponents: main contrib\n", AptSources.Read(_folder).Text);
    }

    [Fact]
    public void The_newer_form_is_understood_and_third_parties_are_left_out()
    {
        Write("sources.list.d/debian.sources", """
            # comment
            Types: deb deb-src
            URIs: http://mirror.example/debian
            Suites: bookworm bookworm-updates sid
            Components: main

            Types: deb
            URIs: https://packages.example
            Suites: stable
            Components: main

            Enabled: no
            Types: deb
            URIs: http://off.example/debian
            Suites: bookworm
            Components: main
            """);
        Assert.Equal("Types: deb\nURIs: http://mirror.example/debian\nSuites: bookworm bookworm-updates\nComponents: main\n", AptSources.Read(_folder).Text);
    }

    [Fact]
    public void A_key_file_that_a_source_names_is_taken_along()
    {
        var key = Path.Combine(_folder, "mirror.gpg");
        File.WriteAllText(key, "key");
        Write("sources.list", $"deb [arch=amd64 signed-by={key}] http://mirror.example/debian bookworm main # ours\n");
        var sources = AptSources.Read(_folder);
        Assert.Equal([key], sources.KeyFiles);
        Assert.Contains($"signed-by: {key}", sources.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("deb http://mirror.example/debian trixie main\n")]
    [InlineData("deb http://mirror.example/debian bookworm-updates main\n")]
    [InlineData("")]
    public void A_machine_without_the_droplets_release_uses_Debians_own_mirror(string list)
    {
        Write("sources.list", list);
        Assert.Contains("URIs: http://deb.debian.org/debian\n", AptSources.Read(_folder).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_mirror_makes_another_image()
    {
        var one = new ImageRecipe(new AptSources("one", []), string.Empty).ImageName;
        var other = new ImageRecipe(new AptSources("other", []), string.Empty).ImageName;
        Assert.NotEqual(one, other);
        Assert.Equal(one, new ImageRecipe(new AptSources("one", []), string.Empty).ImageName);
    }

    private void Write(string name, string text)
    {
        var file = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
