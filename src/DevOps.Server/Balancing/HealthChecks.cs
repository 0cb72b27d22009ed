using System.Collections.Concurrent;
using System.Net;
using DevOps.Core.Balancing;

namespace DevOps.Server.Balancing;

/// <summary>Asks every backend again and again whether it serves, each at its own pace and none at the same moment as the others.</summary>
/// <param name="pool">The backends.</param>
/// <param name="client">The connections to them.</param>
/// <param name="time">The clock.</param>
internal sealed class HealthChecks(BackendPool pool, HttpMessageInvoker client, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan Sweep = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<Backend, Task> _loops = new();
    private Task _sweeping = Task.CompletedTask;

    /// <summary>Checks every backend once, so that it is known how they stand before the first request comes.</summary>
    /// <param name="ct">Ends it.</param>
    /// <returns>A task that ends when all have answered or run out of time.</returns>
    public Task CheckAllAsync(CancellationToken ct) => Task.WhenAll(pool.Backends.Select(backend => CheckAsync(backend, ct)));

    /// <summary>Begins to check, and to look after attempts and holds that take too long.</summary>
    public void Begin()
    {
        Follow();
        _sweeping = SweepAsync();
    }

    /// <summary>Begins to check backends that have come, and stops for those that have gone.</summary>
    public void Follow()
    {
        foreach (var backend in pool.Backends) _ = _loops.GetOrAdd(backend, LoopAsync);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_loops.Values);
        await _sweeping;
        _stopping.Dispose();
    }

    private async Task LoopAsync(Backend backend)
    {
        try
        {
            // A part of the interval that differs from backend to backend.
            var offset = (uint)backend.Name.GetHashCode(StringComparison.Ordinal) % 1_000 / 1_000.0;
            await Task.Delay(SettingsOf(backend).Interval * offset, time, _stopping.Token);
            while (pool.Backends.Contains(backend))
            {
                var began = time.GetTimestamp();
                await CheckAsync(backend, _stopping.Token);
                var rest = SettingsOf(backend).Interval - time.GetElapsedTime(began);
                if (rest > TimeSpan.Zero) await Task.Delay(rest, time, _stopping.Token);
            }

            _loops.TryRemove(backend, out _);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The balancer ends.
        }
    }

    private async Task CheckAsync(Backend backend, CancellationToken ct)
    {
        var settings = SettingsOf(backend);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(settings.Timeout);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, backend.Prefix + settings.Path) { Version = HttpVersion.Version11 };
            request.Headers.TryAddWithoutValidation("User-Agent", "DevOps-Balancer");
            using var answer = await client.SendAsync(request, limit.Token);
            var status = (int)answer.StatusCode;
            if (status is >= StatusCodes.Status200OK and < StatusCodes.Status400BadRequest) pool.CheckPassed(backend);
            else pool.CheckFailed(backend, BackendFailure.BadAnswer, $"GET {settings.Path} was answered with {status}");
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException)
        {
            pool.CheckFailed(backend, BackendFailure.Late, $"GET {settings.Path} was not answered within {settings.Timeout.TotalSeconds:0.###} s");
        }
        catch (Exception exception)
        {
            // Whatever it was: a backend that cannot be checked is not well, and its checks must go on.
            pool.CheckFailed(backend, UpstreamClient.Classify(exception), $"GET {settings.Path} failed: {exception.InnerException?.Message ?? exception.Message}");
        }
    }

    private BackendCheckSettings SettingsOf(Backend backend) => backend.Settings.Check ?? pool.Settings.Check;

    private async Task SweepAsync()
    {
        using var timer = new PeriodicTimer(Sweep, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token))
            {
                pool.ReleaseOverdue();
                var limit = pool.Settings.AnswerTimeout;
                foreach (var backend in pool.Backends) backend.CancelLate(began => time.GetElapsedTime(began) > limit);
            }
        }
        catch (OperationCanceledException)
        {
            // The balancer ends.
        }
    }
}
