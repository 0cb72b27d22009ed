using System.Globalization;
using System.Text.Json;
using DevOps.Core.Flags.Client;
using DevOps.Core.Flags.Service;
using DevOps.Model;
using DevOps.Server.Administration;
using Microsoft.AspNetCore.Http.Features;

namespace DevOps.Server.Flags;

/// <summary>Answers requests: finds out what is asked, and by whom, and counts it.</summary>
/// <param name="client">Has the flags.</param>
/// <param name="access">Knows who may ask.</param>
/// <param name="health">Tells how the service is.</param>
/// <param name="stopping">Ends what would go on for ever.</param>
internal sealed class FlagAnswers(FlagClient client, FlagAccess access, Func<FlagServiceHealth> health, CancellationToken stopping)
{
    private const string OnePrefix = FlagServiceNames.EvaluatePath + "/";

    private readonly FlagCounters _counters = new();
    private readonly OfrepAnswers _ofrep = new(client, access);
    private readonly FlagNewsStream _news = new(client, stopping);

    /// <summary>Answers a request.</summary>
    /// <param name="context">The exchange.</param>
    /// <returns>A task that ends when it is answered.</returns>
    public async Task HandleAsync(HttpContext context)
    {
        try
        {
            await RouteAsync(context);
        }
        catch (BadHttpRequestException failure)
        {
            FlagReply.Refuse(context, failure.StatusCode, failure.StatusCode == StatusCodes.Status413PayloadTooLarge ? "The request is too long." : "The request cannot be read.");
        }
    }

    private Task RouteAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        // What it is may be another thing the next moment.
        headers.CacheControl = "no-cache";
        if (FlagOrigins.Answer(context, access)) return Task.CompletedTask;
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.AsSpan();
        var query = target.IndexOf('?');
        return (query < 0 ? target : target[..query]) switch
        {
            FlagServiceNames.HealthPath => Health(context),
            FlagServiceNames.MetricsPath => MetricsAsync(context),
            FlagServiceNames.EventsPath => NewsAsync(context),
            FlagServiceNames.EvaluatePath => AllAsync(context),
            ['/', ..] path when path.StartsWith(OnePrefix) => OneAsync(context, NameOf(path[OnePrefix.Length..])),
            ['/', .. var name] => Plain(context, NameOf(name)),
            _ => Refuse(context, StatusCodes.Status400BadRequest, "The request names no path."),
        };
    }

    private Task MetricsAsync(HttpContext context) =>
        IsFor(context, HttpMethods.Get) && Asker(context, FlagRequestKind.Metrics) is not null ? PrometheusText.AnswerAsync(context, _counters.Text(health())) : Task.CompletedTask;

    private Task NewsAsync(HttpContext context) => IsFor(context, HttpMethods.Get) && MayFollow(context) ? _news.FollowAsync(context, () => Follower(context) is not null) : Task.CompletedTask;

    private Task AllAsync(HttpContext context) =>
        IsFor(context, HttpMethods.Post) && Asker(context, FlagRequestKind.All) is { } application ? _ofrep.AllAsync(context, application) : Task.CompletedTask;

    private Task OneAsync(HttpContext context, string name) =>
        IsFor(context, HttpMethods.Post) && Asker(context, FlagRequestKind.One) is not null ? _ofrep.OneAsync(context, name) : Task.CompletedTask;

    private Task Plain(HttpContext context, string name)
    {
        if (IsFor(context, HttpMethods.Get) && Asker(context, FlagRequestKind.Plain) is not null) Show(context, name);
        return Task.CompletedTask;
    }

    private Task Health(HttpContext context)
    {
        if (IsFor(context, HttpMethods.Get)) ShowHealth(context);
        return Task.CompletedTask;
    }

    // Names may hold any character; a client escapes those that paths do not take.
    private static string NameOf(ReadOnlySpan<char> segment) => segment.Contains('%') ? Uri.UnescapeDataString(segment) : segment.ToString();

    private static Task Refuse(HttpContext context, int status, string why)
    {
        FlagReply.Refuse(context, status, why);
        return Task.CompletedTask;
    }

    // Whether that is how it is asked; if not, that is said.
    private static bool IsFor(HttpContext context, string method)
    {
        if (context.Request.Method == method || (method == HttpMethods.Get && HttpMethods.IsHead(context.Request.Method))) return true;
        context.Response.Headers.Allow = method == HttpMethods.Get ? "GET, HEAD, OPTIONS" : "POST, OPTIONS";
        FlagReply.Refuse(context, StatusCodes.Status405MethodNotAllowed, "Nothing is asked like that here.");
        return false;
    }

    // Who asks; nothing for somebody who may not, who is told so.
    private string? Asker(HttpContext context, FlagRequestKind kind)
    {
        var application = access.WhoAsks(context);
        if (application is null)
        {
            RefuseStranger(context);
            return null;
        }

        _counters.Count(application, kind);
        // RFC 9111: how old an answer is, in seconds. It is said once its Redis does not confirm it any more.
        if (!client.Status.IsCurrent && health().Age is { } age) context.Response.Headers.Age = Math.Ceiling(age).ToString(CultureInfo.InvariantCulture);
        return application;
    }

    private string? Follower(HttpContext context) => context.Request.Query["ticket"] is [{ } ticket] ? access.WhoFollows(ticket) : access.WhoAsks(context);

    private bool MayFollow(HttpContext context)
    {
        var application = Follower(context);
        if (application is null) RefuseStranger(context);
        else _counters.Count(application, FlagRequestKind.News);
        return application is not null;
    }

    private void RefuseStranger(HttpContext context)
    {
        _counters.CountRefused();
        context.Response.Headers.WWWAuthenticate = "Bearer";
        FlagReply.Refuse(context, StatusCodes.Status401Unauthorized, "An application asks with its token: Authorization: Bearer TOKEN. New-FeatureFlagToken makes one.");
    }

    private void ShowHealth(HttpContext context)
    {
        var now = health();
        var status = now.State == FeatureFlagServiceState.Empty ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        FlagReply.Send(context, status, JsonSerializer.SerializeToUtf8Bytes(now, FlagServiceJson.Default.FlagServiceHealth));
    }

    // The original application's way: GET /featureflag. What the query says is the context, such as ?targetingKey=user-1.
    private void Show(HttpContext context, string name)
    {
        var flags = client.Flags;
        if (client.Status.Source == FlagSource.None) FlagReply.NothingKnown(context);
        else if (flags.Find(name) is null) FlagReply.Send(context, StatusCodes.Status404NotFound, EvaluationText.NotFound(name));
        else FlagReply.Send(context, StatusCodes.Status200OK, EvaluationText.Plain(name, flags.Evaluate(name, FlagRequest.ContextOf(context.Request))));
    }
}
