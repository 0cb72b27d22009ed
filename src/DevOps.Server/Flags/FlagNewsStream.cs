using System.Globalization;
using System.Text;
using DevOps.Core.Flags.Client;

namespace DevOps.Server.Flags;

/// <summary>Tells browsers that flags have changed, and never what to: they ask for that, each in its own context.</summary>
/// <param name="client">Has the flags.</param>
/// <param name="stopping">Ends all streams.</param>
internal sealed class FlagNewsStream(FlagClient client, CancellationToken stopping)
{
    // Less than what proxies wait for a connection on which nothing comes.
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(15);

    private static readonly ReadOnlyMemory<byte> Beginning = "retry: 1000\n\n"u8.ToArray();

    private static readonly ReadOnlyMemory<byte> Comment = ":\n\n"u8.ToArray();

    /// <summary>Tells one of them, until it or the service ends.</summary>
    /// <param name="context">The exchange.</param>
    /// <param name="isAdmitted">Asks whether it may still follow: its token may be taken away meanwhile.</param>
    /// <returns>A task that ends then.</returns>
    public async Task FollowAsync(HttpContext context, Func<bool> isAdmitted)
    {
        var response = context.Response;
        response.ContentType = "text/event-stream";
        if (HttpMethods.IsHead(context.Request.Method)) return;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        try
        {
            await response.BodyWriter.WriteAsync(Beginning, end.Token);
            // Whoever begins may have asked for all flags a moment too early.
            var told = client.Flags;
            await response.BodyWriter.WriteAsync(Event(told), end.Token);
            while (true)
            {
                var flags = await NextAsync(told, end.Token);
                if (!isAdmitted()) return;
                await response.BodyWriter.WriteAsync(flags is null ? Comment : Event(flags), end.Token);
                told = flags ?? told;
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // That is how it ends.
        }
    }

    private async Task<FlagSet?> NextAsync(FlagSet told, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Quiet);
        try
        {
            return await client.WaitForChangeAsync(told, patience.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return null;
        }
    }

    private static ReadOnlyMemory<byte> Event(FlagSet flags) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"id: {flags.Version}\nevent: message\ndata: {{\"type\":\"refetchEvaluation\",\"etag\":\"{flags.Version}\"}}\n\n"));
}
