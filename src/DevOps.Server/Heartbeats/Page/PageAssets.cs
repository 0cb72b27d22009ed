using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace DevOps.Server.Heartbeats.Page;

/// <summary>The files of the page, which lie in the assembly.</summary>
internal static class PageAssets
{
    private const string Prefix = "DevOps.Server.Heartbeats.Page.Web.";

    private static readonly Dictionary<string, PageAsset> Assets = ReadAll();

    /// <summary>Which version of the page it is: another one as soon as a byte of it is another one.</summary>
    public static string Version { get; } = TagOf([.. Assets.OrderBy(asset => asset.Key, StringComparer.Ordinal).SelectMany(asset => asset.Value.Content)]);

    /// <summary>The files' names.</summary>
    public static IReadOnlyCollection<string> Names => Assets.Keys;

    /// <summary>Gets a file.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The file.</returns>
    public static PageAsset Get(string name) => Assets[name];

    /// <summary>Answers with a file, or says that the browser has it.</summary>
    /// <param name="context">The exchange.</param>
    /// <param name="asset">The file.</param>
    /// <returns>A task that ends when it is sent.</returns>
    public static Task AnswerAsync(HttpContext context, PageAsset asset)
    {
        var response = context.Response;
        response.Headers.ETag = asset.Tag;
        response.Headers.CacheControl = "no-cache";
        if (HasIt(context.Request, asset.Tag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        response.ContentType = asset.Type;
        response.ContentLength = asset.Content.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(asset.Content, context.RequestAborted).AsTask();
    }

    private static bool HasIt(HttpRequest request, string tag) =>
        EntityTagHeaderValue.TryParseList(request.Headers.IfNoneMatch, out var known) && known.Any(one => one.Compare(new EntityTagHeaderValue(tag), useStrongComparison: false));

    private static Dictionary<string, PageAsset> ReadAll()
    {
        var assembly = typeof(PageAssets).Assembly;
        var assets = new Dictionary<string, PageAsset>();
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(resource)!;
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            assets[resource[Prefix.Length..]] = new PageAsset(content, TypeOf(resource), $"\"{TagOf(content)}\"");
        }

        return assets;
    }

    private static string TagOf(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content))[..16];

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        _ => "image/svg+xml",
    };
}

/// <summary>A file of the page.</summary>
/// <param name="Content">What is in it.</param>
/// <param name="Type">Its media type.</param>
/// <param name="Tag">Its entity tag, with quotes.</param>
internal sealed record PageAsset(byte[] Content, string Type, string Tag);
