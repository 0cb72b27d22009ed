using System.Collections.Concurrent;
using DevOps.Core;
using DevOps.Core.Operations;

namespace DevOps.Droplets.Tests.Hosting;

/// <summary>Notes what an operation tells, on the thread that tells it.</summary>
/// <param name="onMessage">Called with each message, or nothing.</param>
public sealed class Told(Action<OperationMessage>? onMessage = null) : IProgress<OperationMessage>
{
    private readonly ConcurrentQueue<OperationMessage> _messages = new();

    /// <summary>The failures so far.</summary>
    public IReadOnlyList<DevOpsException> Failures => [.. _messages.OfType<FailureMessage>().Select(message => message.Failure)];

    /// <summary>The warnings so far.</summary>
    public IReadOnlyList<string> Warnings => [.. _messages.OfType<WarningMessage>().Select(message => message.Text)];

    /// <summary>The results so far.</summary>
    public IReadOnlyList<object> Results => [.. _messages.OfType<ResultMessage>().Select(message => message.Value)];

    /// <inheritdoc/>
    public void Report(OperationMessage value)
    {
        _messages.Enqueue(value);
        onMessage?.Invoke(value);
    }
}
