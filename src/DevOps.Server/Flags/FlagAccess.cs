using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Net;
using DevOps.Core.Flags.Service;
using DevOps.Server.Http;

namespace DevOps.Server.Flags;

/// <summary>
/// Who may ask: applications with a token. As long as there is none, everybody on this machine, and nobody else.
/// </summary>
internal sealed class FlagAccess
{
    /// <summary>What requests without a token are counted as.</summary>
    public const string Local = "local";

    private const string Scheme = "Bearer ";
    private const string KeyHeader = "X-API-Key";

    private volatile Rights _rights;

    /// <summary>Makes it.</summary>
    /// <param name="settings">The settings, with the tokens.</param>
    public FlagAccess(FlagServiceSettings settings) => _rights = new Rights(settings);

    /// <summary>Takes other tokens and origins over.</summary>
    /// <param name="settings">The settings.</param>
    public void Take(FlagServiceSettings settings) => _rights = new Rights(settings);

    /// <summary>Finds out who asks.</summary>
    /// <param name="context">The exchange.</param>
    /// <returns>The application, <see cref="Local"/> when nobody needs a token, or nothing when he may not ask.</returns>
    public string? WhoAsks(HttpContext context)
    {
        var rights = _rights;
        if (rights.ApplicationOf.Count == 0) return IsLocal(context) ? Local : null;
        var headers = context.Request.Headers;
        if (headers.Authorization is [{ } authorization] && authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return rights.Find(authorization[Scheme.Length..]);
        return headers[KeyHeader] is [{ } key] ? rights.Find(key) : null;
    }

    /// <summary>Finds out whether the news may be followed with a ticket.</summary>
    /// <param name="ticket">The ticket.</param>
    /// <returns>The application that it is of; nothing when it is nobody's.</returns>
    public string? WhoFollows(string ticket) => _rights.ApplicationOfTicket.GetValueOrDefault(ticket);

    /// <summary>The ticket with which an application follows the news.</summary>
    /// <param name="application">The application.</param>
    /// <returns>The ticket; nothing when none is needed.</returns>
    public string? TicketOf(string application) => _rights.TicketOf.GetValueOrDefault(application);

    /// <summary>Whether pages of an origin may ask.</summary>
    /// <param name="origin">The origin.</param>
    /// <returns>Whether they may.</returns>
    public bool IsAllowed(string origin) => _rights.Origins.Contains(origin);

    private static bool IsLocal(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } from && IPAddress.IsLoopback(from) && HostNames.AreOurs(context.Request.Host.Host, context.Connection.LocalIpAddress);

    private sealed class Rights
    {
        // A token that was hashed once is known again by itself. No more are kept than there are.
        private readonly ConcurrentDictionary<string, string> _seen = new(StringComparer.Ordinal);

        public Rights(FlagServiceSettings settings)
        {
            ApplicationOf = settings.Tokens.DistinctBy(token => token.Hash).ToFrozenDictionary(token => token.Hash, token => token.Application, StringComparer.Ordinal);
            ApplicationOfTicket = settings.Tokens.DistinctBy(token => token.Hash).ToFrozenDictionary(token => token.Ticket(), token => token.Application, StringComparer.Ordinal);
            TicketOf = settings.Tokens.DistinctBy(token => token.Application).ToFrozenDictionary(token => token.Application, token => token.Ticket(), StringComparer.Ordinal);
            Origins = settings.AllowedOrigins.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        }

        public FrozenDictionary<string, string> ApplicationOf { get; }

        public FrozenDictionary<string, string> ApplicationOfTicket { get; }

        public FrozenDictionary<string, string> TicketOf { get; }

        public FrozenSet<string> Origins { get; }

        public string? Find(string token)
        {
            if (_seen.TryGetValue(token, out var known)) return known;
            if (!ApplicationOf.TryGetValue(FlagServiceToken.HashOf(token), out var application)) return null;
            return _seen[token] = application;
        }
    }
}
