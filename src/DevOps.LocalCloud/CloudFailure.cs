using DevOps.Core.Servers;

namespace DevOps.LocalCloud;

/// <summary>A failure that ends the local cloud and that whoever started it should read.</summary>
/// <param name="id">The public error id.</param>
/// <param name="kind">The name of its kind.</param>
/// <param name="message">What was wrong.</param>
/// <param name="recommendedAction">What to do about it.</param>
/// <param name="inner">What caused it.</param>
internal sealed class CloudFailure(string id, string kind, string message, string recommendedAction, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>The failure as the administration socket tells it.</summary>
    public ServerFailure ToServerFailure() => new(id, kind, Message, recommendedAction);
}
