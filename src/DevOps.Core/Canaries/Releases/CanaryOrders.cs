namespace DevOps.Core.Canaries.Releases;

/// <summary>What somebody may tell a canary release that is under way.</summary>
public enum CanaryOrder
{
    /// <summary>Wait until somebody decides.</summary>
    Suspend,

    /// <summary>Go on after a suspension.</summary>
    Resume,

    /// <summary>Bring the release to all instances, whatever is still to be judged.</summary>
    Complete,

    /// <summary>Go back to what was served before.</summary>
    Undo,
}

/// <summary>An order and who gave it.</summary>
/// <param name="Order">The order.</param>
/// <param name="By">Who gave it.</param>
public sealed record GivenOrder(CanaryOrder Order, string By);

/// <summary>
/// The orders for one canary release: given by whoever asks its worker, taken by the work where it can follow them. What
/// cannot be followed any more is refused, with the reason.
/// </summary>
public sealed class CanaryOrders : IDisposable
{
    private enum Phase
    {
        Open,
        Suspended,
        Completing,
        GoingBack,
    }

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _undoing = new();
    private TaskCompletionSource _news = NewSource();
    private Phase _phase = Phase.Open;
    private GivenOrder? _given;

    /// <summary>Cancelled when the release is to go back, so that whatever it waits for ends.</summary>
    public CancellationToken Undoing => _undoing.Token;

    /// <summary>Told why, when the release waits for a decision without anybody having asked for it.</summary>
    public Action<string> DecisionNeeded { get; set; } = _ => { };

    /// <summary>Who had it go back.</summary>
    public string? UndoneBy { get; private set; }

    /// <summary>Gives an order.</summary>
    /// <param name="order">The order, with who gives it.</param>
    /// <returns>Why it cannot be followed; nothing when it is going to be.</returns>
    public string? TryGive(GivenOrder order)
    {
        lock (_lock)
        {
            if (Refuse(order.Order) is { } refusal) return refusal;
            if (order.Order == CanaryOrder.Undo)
            {
                UndoneBy = order.By;
                _phase = Phase.GoingBack;
            }
            else
            {
                _given = order;
                _news.TrySetResult();
            }
        }

        if (order.Order == CanaryOrder.Undo) _undoing.Cancel();
        return null;
    }

    /// <summary>Takes the latest order.</summary>
    /// <returns>The order; nothing when none was given.</returns>
    public GivenOrder? Take()
    {
        lock (_lock)
        {
            var given = _given;
            _given = null;
            if (given is not null) _news = NewSource();
            return given;
        }
    }

    /// <summary>Waits until an order is there to be taken.</summary>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>A task that ends then.</returns>
    public Task WaitAsync(CancellationToken ct)
    {
        lock (_lock) return _news.Task.WaitAsync(ct);
    }

    /// <summary>Says that the work waits for a decision.</summary>
    /// <param name="cause">Why, in words; nothing when somebody had it suspended, who knows.</param>
    public void Suspended(string? cause)
    {
        Enter(Phase.Suspended);
        if (cause is not null) DecisionNeeded(cause);
    }

    /// <summary>Says that the work goes on.</summary>
    public void Resumed() => Enter(Phase.Open);

    /// <summary>Says that the release goes to all instances.</summary>
    public void Completing() => Enter(Phase.Completing);

    /// <summary>Says that the release goes back.</summary>
    public void GoingBack() => Enter(Phase.GoingBack);

    /// <inheritdoc/>
    public void Dispose() => _undoing.Dispose();

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Enter(Phase phase)
    {
        lock (_lock)
        {
            // Once it was told to go back it goes back, whatever the work is still about to say.
            if (_phase != Phase.GoingBack) _phase = phase;
        }
    }

    private string? Refuse(CanaryOrder order) => (_phase, order) switch
    {
        (Phase.GoingBack, _) => "it is going back already",
        (Phase.Completing, CanaryOrder.Undo) => null,
        (Phase.Completing, _) => "it is completing already",
        (Phase.Suspended, CanaryOrder.Suspend) => "it is suspended already",
        (Phase.Open, CanaryOrder.Resume) when _given?.Order != CanaryOrder.Suspend => "it is not suspended",
        _ => null,
    };
}
