namespace DevOps.Core.Tests.Hosting;

/// <summary>Expects failures by their public id.</summary>
public static class Failing
{
    /// <summary>Expects that work fails with an id.</summary>
    /// <param name="id">The id.</param>
    /// <param name="work">The work.</param>
    /// <returns>The failure.</returns>
    public static async Task<DevOpsException> WithAsync(string id, Func<Task> work)
    {
        var failure = await Assert.ThrowsAsync<DevOpsException>(work);
        Assert.Equal(id, failure.Id);
        return failure;
    }

    /// <summary>Expects that work fails with an id.</summary>
    /// <param name="id">The id.</param>
    /// <param name="work">The work.</param>
    /// <returns>The failure.</returns>
    public static DevOpsException With(string id, Action work)
    {
        var failure = Assert.Throws<DevOpsException>(work);
        Assert.Equal(id, failure.Id);
        return failure;
    }
}
