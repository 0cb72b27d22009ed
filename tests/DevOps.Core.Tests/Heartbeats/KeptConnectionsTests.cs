using DevOps.Core.Heartbeats;
using DevOps.Core.Tests.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace DevOps.Core.Tests.Heartbeats;

/// <summary>Connections that are kept from check to check.</summary>
public sealed class KeptConnectionsTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly KeptConnections<Line> _lines;
    private readonly List<Line> _opened = [];

    public KeptConnectionsTests() => _lines = new KeptConnections<Line>(_time);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _lines.Dispose();

    [Fact]
    public async Task Those_who_ask_at_the_same_time_share_one()
    {
        var opening = new TaskCompletionSource<Line>();
        var asking = Enumerable.Range(0, 5).Select(_ => AskAsync(open: _ =>
        {
            _opened.Add(new Line());
            return opening.Task;
        })).ToArray();
        await Eventually.IsAsync(() => _opened.Count > 0);
        opening.SetResult(_opened[0]);
        await Task.WhenAll(asking);
        Assert.Equal(5, Assert.Single(_opened).Asked);
    }

    [Fact]
    public async Task One_that_is_known_to_be_broken_is_replaced()
    {
        await AskAsync();
        _opened[0].IsBroken = true;
        await AskAsync();
        Assert.Equal(2, _opened.Count);
        await Eventually.IsAsync(() => _opened[0].IsClosed);
    }

    [Fact]
    public async Task One_that_fails_after_it_was_kept_is_replaced_at_once()
    {
        await AskAsync();
        Assert.Equal(2, await AskAsync(line => line == _opened[0] ? throw new IOException("It has ended.") : _opened.Count));
        Assert.True(_opened[0].IsClosed);
    }

    [Fact]
    public async Task One_that_fails_when_it_is_new_is_not_tried_again()
    {
        await Assert.ThrowsAsync<IOException>(() => AskAsync(_ => throw new IOException("It has ended.")));
        Assert.True(Assert.Single(_opened).IsClosed);
        Assert.Equal(0, _lines.Count);
    }

    [Fact]
    public async Task A_failure_that_is_an_answer_keeps_it()
    {
        await Assert.ThrowsAsync<InvalidDataException>(() => AskAsync(_ => throw new InvalidDataException("No.")));
        Assert.Equal(1, _lines.Count);
    }

    [Fact]
    public async Task One_that_cannot_be_opened_leaves_nothing_behind()
    {
        await Assert.ThrowsAsync<IOException>(() => AskAsync(open: _ => throw new IOException("Nobody is there.")));
        Assert.Equal(0, _lines.Count);
    }

    [Fact]
    public async Task Who_has_waited_for_another_s_attempt_in_vain_tries_anew()
    {
        var opening = new TaskCompletionSource<Line>();
        var first = AskAsync(open: _ => opening.Task);
        await Eventually.IsAsync(() => _lines.Count == 1);
        var second = AskAsync();
        opening.SetException(new IOException("Nobody was there."));
        await Assert.ThrowsAsync<IOException>(() => first);
        await second;
        Assert.Single(_opened);
    }

    [Fact]
    public async Task One_that_nobody_asks_for_any_more_is_closed()
    {
        await AskAsync();
        _time.Advance(TimeSpan.FromMinutes(1));
        await AskAsync();
        _time.Advance(TimeSpan.FromSeconds(110));
        Assert.False(Assert.Single(_opened).IsClosed);
        _time.Advance(TimeSpan.FromMinutes(1));
        await Eventually.IsAsync(() => _opened[0].IsClosed);
        Assert.Equal(0, _lines.Count);
    }

    [Fact]
    public async Task The_end_closes_also_what_is_still_being_opened()
    {
        var opening = new TaskCompletionSource<Line>();
        var ended = new TaskCompletionSource();
        var asking = AskAsync(open: ending =>
        {
            ending.Register(ended.SetResult);
            return opening.Task;
        });
        await Eventually.IsAsync(() => _lines.Count == 1);
        _lines.Dispose();
        await ended.Task;
        var line = new Line();
        opening.SetResult(line);
        await asking;
        await Eventually.IsAsync(() => line.IsClosed);
    }

    private Task<int> AskAsync(Func<Line, int>? ask = null, Func<CancellationToken, Task<Line>>? open = null) => _lines.AskAsync(
        "key",
        open ?? (_ =>
        {
            var line = new Line();
            _opened.Add(line);
            return Task.FromResult(line);
        }),
        line => Task.Run(() => ask?.Invoke(line) ?? line.Ask()),
        exception => exception is InvalidDataException,
        Cancellation);

    private sealed class Line : IKeptConnection
    {
        private int _asked;

        public bool IsBroken { get; set; }

        public bool IsClosed { get; private set; }

        public int Asked => _asked;

        public int Ask() => Interlocked.Increment(ref _asked);

        public ValueTask DisposeAsync()
        {
            IsClosed = true;
            return ValueTask.CompletedTask;
        }
    }
}
