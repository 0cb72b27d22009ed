using DevOps.Core.LocalClouds;

namespace DevOps.Core.Tests.LocalClouds;

public sealed class NotRootTests
{
    [Fact]
    public void An_account_that_is_not_root_is_told_everything_that_has_to_be_done()
    {
        var failure = LocalCloudService.NeedsRoot("ada", ["podman", "runc"]);

        Assert.Equal(("LocalCloudNeedsRoot", FailureKind.PermissionDenied), (failure.Id, failure.Kind));
        Assert.Contains("the account 'ada'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("lacks the Debian packages podman, runc", failure.Message, StringComparison.Ordinal);
        Assert.Contains("apt-get install --yes --no-install-recommends podman runc", failure.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void Packages_are_not_spoken_of_when_none_is_missing() =>
        Assert.DoesNotContain("package", LocalCloudService.NeedsRoot("ada", []).Message + LocalCloudService.NeedsRoot("ada", []).RecommendedAction, StringComparison.Ordinal);
}
