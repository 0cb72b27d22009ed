using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using DevOps.Core;
using DevOps.Core.Servers;

namespace DevOps.Server.Administration;

/// <summary>How servers answer questions and orders on their administration socket: with JSON, with 404 while there is nothing to tell, and with a failure as JSON and 409.</summary>
internal static class AdministrationEndpoints
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);

    /// <summary>Answers questions.</summary>
    /// <typeparam name="T">The answer.</typeparam>
    /// <param name="application">The administration's application.</param>
    /// <param name="path">The path.</param>
    /// <param name="answer">Finds the answer; nothing when there is none yet.</param>
    /// <param name="type">How it is written.</param>
    public static void Answer<T>(this WebApplication application, string path, Func<HttpContext, Task<T?>> answer, JsonTypeInfo<T> type)
        where T : class
    {
        Task HandleAsync(HttpContext context) => AnswerAsync(context, () => answer(context), type);
        application.MapGet("/" + path, HandleAsync);
    }

    /// <summary>Obeys orders.</summary>
    /// <typeparam name="TRequest">The order.</typeparam>
    /// <typeparam name="TAnswer">The answer.</typeparam>
    /// <param name="application">The administration's application.</param>
    /// <param name="path">The path.</param>
    /// <param name="requestType">How the order is written.</param>
    /// <param name="answerType">How the answer is written.</param>
    /// <param name="answer">Carries it out; nothing when it cannot be carried out yet.</param>
    public static void Obey<TRequest, TAnswer>(
        this WebApplication application,
        string path,
        JsonTypeInfo<TRequest> requestType,
        JsonTypeInfo<TAnswer> answerType,
        Func<TRequest, CancellationToken, Task<TAnswer?>> answer)
        where TAnswer : class
    {
        Task HandleAsync(HttpContext context) => AnswerAsync(
            context,
            async () => await answer((await context.Request.ReadFromJsonAsync(requestType, context.RequestAborted))!, context.RequestAborted),
            answerType);
        application.MapPost("/" + path, HandleAsync);
    }

    /// <summary>A whole number of the query.</summary>
    /// <param name="context">The exchange.</param>
    /// <param name="name">Its name.</param>
    /// <returns>The number; zero when there is none.</returns>
    public static long Number(this HttpContext context, string name) =>
        long.TryParse(context.Request.Query[name], CultureInfo.InvariantCulture, out var number) ? number : 0;

    /// <summary>How long whoever asks is ready to wait for something to happen, within limits.</summary>
    /// <param name="context">The exchange.</param>
    /// <returns>The query's <c>wait</c>, in seconds.</returns>
    public static TimeSpan WaitTime(this HttpContext context) =>
        double.TryParse(context.Request.Query["wait"], CultureInfo.InvariantCulture, out var seconds) && seconds > 0
            ? TimeSpan.FromSeconds(Math.Min(seconds, LongestWait.TotalSeconds))
            : TimeSpan.Zero;

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
}
