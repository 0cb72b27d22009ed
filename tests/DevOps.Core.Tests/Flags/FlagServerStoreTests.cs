using DevOps.Core.Flags.Servers;
using DevOps.Core.Tests.Hosting;

namespace DevOps.Core.Tests.Flags;

public sealed class FlagServerStoreTests : IDisposable
{
    private readonly TestState _state = new();

    private FlagServerStore Store => new(_state.State);

    public void Dispose() => _state.Dispose();

    [Fact]
    public void What_is_saved_is_read_again_and_only_its_owner_may()
    {
        var passwords = FlagServerAccountsOf();
        Store.Save(new SavedFlagServer("flags") { Fleet = "flags", Connection = "local", Master = "flags-1", Nodes = [new("flags-1", "10.0.0.1", 6379, 7)], Passwords = passwords });
        var read = Store.Get("flags");
        Assert.Equal(("flags", "flags-1", 7L), (read.Fleet, read.Master, read.Nodes[0].DropletId!.Value));
        Assert.Equal(passwords, read.Passwords);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_state.State.PathOf("flags", "servers", "flags.json")));
    }

    [Fact]
    public void The_only_server_is_used_when_none_is_named()
    {
        Store.Save(new SavedFlagServer("one"));
        Assert.Equal("one", Store.Get().Name);
    }

    [Fact]
    public void Of_several_the_selected_one_is_used_when_none_is_named()
    {
        Store.Save(new SavedFlagServer("one"));
        Store.Save(new SavedFlagServer("two"));
        Assert.Contains("one, two", Failing.With("FeatureFlagServerNotSelected", () => Store.Get()).Message, StringComparison.Ordinal);
        Store.Select("two");
        Assert.Equal("two", Store.Get().Name);
    }

    [Fact]
    public void One_that_is_removed_is_selected_no_more()
    {
        Store.Save(new SavedFlagServer("one"));
        Store.Select("one");
        Store.Remove("one");
        Assert.Null(Store.Selected());
        Failing.With("FeatureFlagServerNotFound", () => Store.Get("one"));
    }

    [Fact]
    public void A_damaged_file_is_named()
    {
        Store.Save(new SavedFlagServer("one"));
        File.WriteAllText(_state.State.PathOf("flags", "servers", "one.json"), "{");
        Failing.With("FeatureFlagServerFileDamaged", () => Store.Get("one"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("../x")]
    [InlineData("a b")]
    public void What_cannot_be_a_file_is_no_name(string name) => Failing.With("FeatureFlagServerNameInvalid", () => Store.Find(name));

    private static Dictionary<FlagServerUser, string> FlagServerAccountsOf() => Enum.GetValues<FlagServerUser>().ToDictionary(user => user, user => $"password of {user}");
}
