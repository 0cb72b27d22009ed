using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Features;

namespace DevOps.Server.Heartbeats.Page;

/// <summary>Lets only those look who know the token: in a header, for programs, or by a cookie that the login form gives.</summary>
internal sealed class PageLogin
{
    /// <summary>Where the form is sent to.</summary>
    public const string Path = "/login";

    private const string Scheme = "Bearer ";
    private const string Field = "token";
    private const int LongestForm = 4 * 1024;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    // They tell nothing of what is monitored.
    private static readonly string[] OpenPaths = ["/live", Path, "/page.css", "/theme.js", "/icon-unknown.svg"];

    private readonly byte[] _token;
    private readonly TimeProvider _time;
    private readonly GuessLimit _limit;
    private readonly PageCookie _cookie;
    private readonly string _cookieName;
    private readonly PageAsset _form = PageAssets.Get("login.html");
    private readonly PageAsset _formAgain;

    /// <summary>Makes it.</summary>
    /// <param name="token">The token.</param>
    /// <param name="port">The page's port: browsers keep the cookies of all ports of a machine together.</param>
    /// <param name="time">The clock.</param>
    public PageLogin(string token, int port, TimeProvider time)
    {
        _token = Encoding.UTF8.GetBytes(token);
        _time = time;
        _limit = new GuessLimit(time);
        _cookie = new PageCookie(token, time);
        _cookieName = string.Create(CultureInfo.InvariantCulture, $"devops-heartbeats-{port}");
        var again = Encoding.UTF8.GetString(_form.Content).Replace("<!-- fault -->", "<p class=\"fault\" role=\"alert\">That is not the token.</p>", StringComparison.Ordinal);
        _formAgain = _form with { Content = Encoding.UTF8.GetBytes(again), Tag = "\"again\"" };
    }

    /// <summary>Lets through who may look, and shows the others the form.</summary>
    /// <param name="context">The exchange.</param>
    /// <param name="next">Answers it.</param>
    /// <returns>A task that ends when it is answered.</returns>
    public Task HandleAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        if (request.Path == Path) return HttpMethods.IsPost(request.Method) ? LogInAsync(context) : ShowAsync(context, StatusCodes.Status200OK, _form);
        if (OpenPaths.Contains(request.Path.Value) || _cookie.IsGood(request.Cookies[_cookieName])) return next(context);
        if (Bearer(request) is { } given)
        {
            if (_limit.MustWait(context.Connection.RemoteIpAddress)) return RefuseAsync(context);
            if (IsToken(given)) return next(context);
            _limit.Note(context.Connection.RemoteIpAddress);
        }

        context.Response.Headers.WWWAuthenticate = "Bearer";
        if (request.Path == "/") return ShowAsync(context, StatusCodes.Status401Unauthorized, _form);
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }

    private static string? Bearer(HttpRequest request)
    {
        var value = request.Headers.Authorization.ToString();
        return value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? value[Scheme.Length..].Trim() : null;
    }

    private async Task LogInAsync(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress;
        if (_limit.MustWait(address))
        {
            await RefuseAsync(context);
            return;
        }

        if (!IsToken(await ReadAsync(context)))
        {
            _limit.Note(address);
            await Task.Delay(Pause, _time, context.RequestAborted);
            await ShowAsync(context, StatusCodes.Status401Unauthorized, _formAgain);
            return;
        }

        context.Response.Cookies.Append(_cookieName, _cookie.Make(), new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Strict,
            Secure = context.Request.IsHttps,
            Path = "/",
            MaxAge = PageCookie.Lifetime,
        });
        // The browser asks for the page anew, and its history holds no form.
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = "/";
    }

    private bool IsToken(string? given) =>
        // The digests are equally long, so that nothing is learned of the token's length either.
        given is not null && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given)), SHA256.HashData(_token));

    private static async Task<string?> ReadAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = LongestForm;
        try
        {
            if (!context.Request.HasFormContentType) return null;
            var form = await context.Request.ReadFormAsync(new FormOptions { ValueLengthLimit = LongestForm, ValueCountLimit = 8 }, context.RequestAborted);
            return form[Field];
        }
        catch (Exception exception) when (exception is InvalidDataException or BadHttpRequestException)
        {
            return null;
        }
    }

    private static Task RefuseAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        context.Response.Headers.RetryAfter = GuessLimit.Window.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync("Too many wrong tokens came from this address. Try again in a minute.\n", context.RequestAborted);
    }

    // Not to be kept: the next answer at the same address may be the page.
    private static Task ShowAsync(HttpContext context, int status, PageAsset form)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = form.Type;
        context.Response.ContentLength = form.Content.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(form.Content, context.RequestAborted).AsTask();
    }
}
