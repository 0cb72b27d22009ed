using System.Net.Sockets;
using System.Security.Authentication;

namespace DevOps.Core.Heartbeats;

/// <summary>Puts into words why a check failed.</summary>
internal static class CheckFailures
{
    /// <summary>Says why nothing, or nothing whole, came back.</summary>
    /// <param name="exception">What the connection failed with.</param>
    /// <param name="host">Whom it was to reach.</param>
    /// <returns>The cause.</returns>
    public static string Describe(Exception exception, string host)
    {
        if (exception.Causes().OfType<SocketException>().FirstOrDefault() is { } socket)
        {
            return socket.SocketErrorCode switch
            {
                SocketError.ConnectionRefused => "the connection was refused",
                SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown => "the connection was reset",
                SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain or SocketError.NoRecovery => $"the name '{host}' cannot be resolved",
                SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.HostDown or SocketError.NetworkDown => $"there is no way to {host}",
                SocketError.TimedOut => "the connection was not answered",
                SocketError.TooManyOpenSockets => "this machine has no more connections to give",
                _ => $"the connection failed: {socket.Message}",
            };
        }

        if (exception.Causes().OfType<AuthenticationException>().FirstOrDefault() is { } authentication) return $"no secure connection could be made: {authentication.Message}";
        return exception switch
        {
            HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } or HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded } => "the answer broke off",
            HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } => "the answer is not HTTP",
            HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => "the answer's headers are longer than 64 KB",
            _ => $"the check failed: {(exception.InnerException ?? exception).Message}",
        };
    }
}
