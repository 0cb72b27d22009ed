using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using DevOps.Core;
using DevOps.Core.Balancing;
using DevOps.Core.Servers;
using DevOps.Server.Administration;

namespace DevOps.Server.Balancing;

/// <summary>What a balancer understands on its administration socket beside what every server does.</summary>
internal static class BalancerAdministration
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);

    /// <summary>Adds it.</summary>
    /// <param name="application">The administration's application.</param>
    /// <param name="process">The balancer.</param>
    public static void Map(WebApplication application, BalancerProcess process)
    {
        Get(application, BalancerPaths.Report, (HttpContext _) => Task.FromResult(process.Report()), BalancerJson.Default.BalancerReport);
        Get(application, BalancerPaths.Holds, _ => Task.FromResult(process.Holds()), BalancerJson.Default.BalancerHolds);
        Get(application, BalancerPaths.Events, context => process.EventsAsync(Number(context, "after"), WaitOf(context), context.RequestAborted), BalancerJson.Default.BalancerEvents);
        Post(application, BalancerPaths.Reload, BalancerJson.Default.ReloadRequest, BalancerJson.Default.BalancerReport, process.ReloadAsync);
        Post(application, BalancerPaths.Hold, BalancerJson.Default.HoldRequest, BalancerJson.Default.BalancerReport, (request, _) => Task.FromResult(process.Hold(request)));
        Post(application, BalancerPaths.Handover, BalancerJson.Default.HandoverRequest, ServerJson.Default.ServerStatus, (request, _) => process.HandOverAsync(request));
        application.MapGet("/" + BalancerPaths.Metrics, (RequestDelegate)(context => PrometheusText.AnswerAsync(context, process.Metrics())));
    }

    private static void Get<T>(WebApplication application, string path, Func<HttpContext, Task<T?>> answer, JsonTypeInfo<T> type)
        where T : class
    {
        Task HandleAsync(HttpContext context) => AnswerAsync(context, () => answer(context), type);
        application.MapGet("/" + path, HandleAsync);
    }

    private static void Post<TRequest, TAnswer>(
        WebApplication application,
        string path,
        JsonTypeInfo<TRequest> requestType,
        JsonTypeInfo<TAnswer> answerType,
        Func<TRequest, CancellationToken, Task<TAnswer?>> answer)
        where TAnswer : class =>
        application.MapPost("/" + path, (RequestDelegate)(async context => await AnswerAsync(
            context,
            async () => await answer((await context.Request.ReadFromJsonAsync(requestType, context.RequestAborted))!, context.RequestAborted),
            answerType)));

    private static async Task AnswerAsync<T>(HttpContext context, Func<Task<T?>> answer, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            if (await answer() is { } value) await context.Response.WriteAsJsonAsync(value, type, contentType: null, context.RequestAborted);
            else context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
        catch (DevOpsException failure)
        {
            context.Response.StatusCode = StatusCodes.Status409Conflict;
            var told = new ServerFailure(failure.Id, failure.Kind.ToString(), failure.Message, failure.RecommendedAction);
            await context.Response.WriteAsJsonAsync(told, ServerJson.Default.ServerFailure, contentType: null, context.RequestAborted);
        }
    }

    private static long Number(HttpContext context, string name) =>
        long.TryParse(context.Request.Query[name], CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static TimeSpan WaitOf(HttpContext context)
    {
        var wait = double.TryParse(context.Request.Query["wait"], CultureInfo.InvariantCulture, out var seconds) && seconds > 0 ? TimeSpan.FromSeconds(Math.Min(seconds, LongestWait.TotalSeconds)) : TimeSpan.Zero;
        return wait;
    }
}
