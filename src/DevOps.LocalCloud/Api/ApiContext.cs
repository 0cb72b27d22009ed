using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.WebUtilities;

namespace DevOps.LocalCloud.Api;

/// <summary>Reads requests and writes answers the way the API does.</summary>
internal static class ApiContext
{
    /// <summary>Reads a body.</summary>
    /// <typeparam name="T">The body.</typeparam>
    /// <param name="context">The request.</param>
    /// <param name="type">How it is read.</param>
    /// <returns>The body.</returns>
    /// <exception cref="ApiException">It is no JSON, or of another shape.</exception>
    public static async Task<T> ReadAsync<T>(this HttpContext context, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted)
                ?? throw ApiException.BadRequest("The request body is empty.");
        }
        catch (JsonException exception)
        {
            throw ApiException.BadRequest($"The request body cannot be read at '{exception.Path}'.");
        }
    }

    /// <summary>Writes an answer.</summary>
    /// <typeparam name="T">The answer.</typeparam>
    /// <param name="context">The request.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="type">How it is written.</param>
    public static Task WriteAsync<T>(this HttpContext context, int status, T answer, JsonTypeInfo<T> type)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(answer, type, "application/json; charset=utf-8", context.RequestAborted);
    }

    /// <summary>Answers that something was done and that there is nothing to say about it.</summary>
    /// <param name="context">The request.</param>
    public static Task WriteNothingAsync(this HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    /// <summary>A part of the request's path.</summary>
    /// <param name="context">The request.</param>
    /// <param name="name">The part's name in the route.</param>
    /// <returns>The part.</returns>
    public static string Route(this HttpContext context, string name) => (string)context.Request.RouteValues[name]!;

    /// <summary>A number in the request's path.</summary>
    /// <param name="context">The request.</param>
    /// <param name="name">The part's name in the route.</param>
    /// <returns>The number.</returns>
    /// <exception cref="ApiException">It is no number, so nothing can bear it.</exception>
    public static long RouteNumber(this HttpContext context, string name) =>
        long.TryParse(context.Route(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw ApiException.NotFound();

    /// <summary>The path under which this server is seen from outside.</summary>
    /// <param name="context">The request.</param>
    /// <param name="path">A path, with its leading slash.</param>
    /// <returns>The full address.</returns>
    public static string AddressOf(this HttpContext context, string path) => $"{context.Request.Scheme}://{context.Request.Host}{path}";

    /// <summary>Cuts the page that was asked for out of a list.</summary>
    /// <typeparam name="T">The list's items.</typeparam>
    /// <param name="context">The request with <c>page</c> and <c>per_page</c>.</param>
    /// <param name="all">The whole list.</param>
    /// <returns>The page, the links to the others and the size of the whole list.</returns>
    public static (IReadOnlyList<T> Items, ListLinks Links, ListMeta Meta) Page<T>(this HttpContext context, IEnumerable<T> all)
    {
        const int UsualPageSize = 20;
        const int LargestPageSize = 200;
        var list = all.ToList();
        var size = Math.Min(PositiveNumber(context, "per_page", UsualPageSize), LargestPageSize);
        var page = PositiveNumber(context, "page", 1);
        var last = Math.Max(1, (list.Count + size - 1) / size);
        var items = list.Skip((int)Math.Min((long)(page - 1) * size, list.Count)).Take(size).ToList();
        string LinkTo(int number) => LinkToPage(context, number, size);
        var links = new PageLinks(
            page > 1 ? LinkTo(1) : null,
            page > 1 ? LinkTo(Math.Min(page - 1, last)) : null,
            page < last ? LinkTo(page + 1) : null,
            page < last ? LinkTo(last) : null);
        return (items, new ListLinks(last == 1 && page == 1 ? null : links), new ListMeta(list.Count));
    }

    private static string LinkToPage(HttpContext context, int page, int size)
    {
        var query = context.Request.Query
            .Where(pair => pair.Key is not ("page" or "per_page"))
            .Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value.ToString()))
            .Append(KeyValuePair.Create("page", (string?)page.ToString(CultureInfo.InvariantCulture)))
            .Append(KeyValuePair.Create("per_page", (string?)size.ToString(CultureInfo.InvariantCulture)));
        return QueryHelpers.AddQueryString(context.AddressOf(context.Request.Path), query);
    }

    private static int PositiveNumber(HttpContext context, string name, int otherwise)
    {
        var text = context.Request.Query[name].ToString();
        if (text.Length == 0) return otherwise;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw ApiException.BadRequest($"'{name}' must be a number from 1 on.");
    }
}
