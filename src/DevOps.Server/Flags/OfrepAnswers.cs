using System.Security.Cryptography;
using DevOps.Core.Flags.Client;
using DevOps.Core.Flags.Service;

namespace DevOps.Server.Flags;

/// <summary>Answers as the OpenFeature Remote Evaluation Protocol 0.3.0 wants it.</summary>
/// <param name="client">Has the flags.</param>
/// <param name="access">Knows with what news are followed.</param>
internal sealed class OfrepAnswers(FlagClient client, FlagAccess access)
{
    private const int TagBytes = 16;

    /// <summary>Evaluates one flag.</summary>
    /// <param name="context">The exchange.</param>
    /// <param name="name">The flag.</param>
    /// <returns>A task that ends when it is answered.</returns>
    public async Task OneAsync(HttpContext context, string name)
    {
        var request = await FlagRequest.ReadAsync(context, name);
        if (request.Failure is { } failure) FlagReply.Send(context, StatusCodes.Status400BadRequest, failure);
        else if (client.Status.Source == FlagSource.None) FlagReply.NothingKnown(context);
        else
        {
            var (status, body) = EvaluationText.One(client.Flags, name, request.Context);
            FlagReply.Send(context, status, body);
        }
    }

    /// <summary>Evaluates all flags, unless the client has just that.</summary>
    /// <param name="context">The exchange.</param>
    /// <param name="application">Who asks.</param>
    /// <returns>A task that ends when it is answered.</returns>
    public async Task AllAsync(HttpContext context, string application)
    {
        var request = await FlagRequest.ReadAsync(context, name: null);
        if (request.Failure is { } failure)
        {
            FlagReply.Send(context, StatusCodes.Status400BadRequest, failure);
            return;
        }

        if (client.Status.Source == FlagSource.None)
        {
            FlagReply.NothingKnown(context);
            return;
        }

        var newsPath = access.TicketOf(application) is { } ticket ? $"{FlagServiceNames.EventsPath}?ticket={ticket}" : FlagServiceNames.EventsPath;
        var body = EvaluationText.All(client.Flags, request.Context, newsPath);
        // Of what the flags came to: so it is another one for another context, and the same one at every node.
        var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(body.Span).AsSpan(0, TagBytes))}\"";
        context.Response.Headers.ETag = tag;
        if (context.Request.Headers.IfNoneMatch.Contains(tag)) context.Response.StatusCode = StatusCodes.Status304NotModified;
        else FlagReply.Send(context, StatusCodes.Status200OK, body);
    }
}
