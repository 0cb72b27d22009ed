using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DevOps.Core.Alerts;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Heartbeats.Pushes;

/// <summary>
/// The calls of jobs, for each push target in <c>heartbeats/pushes/</c> of the state folder: <c>NAME.json</c> is the last
/// call, and <c>NAME.header</c> the header with the secret by which a job that calls over HTTP is known, as curl takes it
/// (<c>-H @FILE</c>).
/// </summary>
/// <param name="state">The installation's state folder.</param>
/// <param name="time">The clock; the system's when nothing.</param>
public sealed class PushStore(StateFolder state, TimeProvider? time = null)
{
    private const string Folder = "heartbeats";
    private const string Pushes = "pushes";
    private const string CallExtension = ".json";
    private const string HeaderExtension = ".header";
    private const string HeaderBegin = "Authorization: Bearer ";
    private const int SecretBytes = 32;
    private const int LongestMessage = 300;
    private const int LongestOrigin = 100;

    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>The full path of the file with a target's header.</summary>
    /// <param name="name">The target's name.</param>
    /// <returns>The path. The file is there once the target was added.</returns>
    public string HeaderFile(string name) => state.PathOf(Folder, Pushes, name + HeaderExtension);

    /// <summary>Writes down that a job has called, in place of its call before.</summary>
    /// <param name="name">The target's exact name.</param>
    /// <param name="outcome">How the job ended.</param>
    /// <param name="message">What it says, of which one line of 300 characters is kept; nothing when it says nothing.</param>
    /// <param name="host">The machine that the call came from, as far as is known.</param>
    /// <param name="user">Whose account it came from, as far as is known.</param>
    /// <returns>The call as it was written down.</returns>
    /// <exception cref="DevOpsException"><c>HeartbeatTargetNotFound</c>, <c>HeartbeatTargetDamaged</c>, <c>HeartbeatNotPushed</c>, <c>StateFolderNotWritable</c>.</exception>
    public HeartbeatCall Record(string name, HeartbeatOutcome outcome, string? message = null, string? host = null, string? user = null)
    {
        var target = new HeartbeatTargetStore(state).Get(name);
        if (target.Uri.Scheme != HeartbeatTargetRules.Push) throw NotPushed(target);
        var call = new HeartbeatCall(name, _time.GetUtcNow(), outcome, Line(message, LongestMessage), Line(host, LongestOrigin), Line(user, LongestOrigin));
        state.Write(CallFile(name), JsonSerializer.SerializeToUtf8Bytes(call, HeartbeatJson.Default.HeartbeatCall));
        return call;
    }

    /// <summary>Whether whoever shows this secret may call for a target.</summary>
    /// <param name="name">The target's name, as it was given.</param>
    /// <param name="bearer">What follows <c>Bearer</c> in the request's header.</param>
    /// <returns>Whether it is the target's own secret. How long that takes does not tell how much of it is right.</returns>
    public bool IsAllowed(string name, string bearer)
    {
        if (!HeartbeatTargetRules.IsName(name)) return false;
        try
        {
            var header = File.ReadAllText(HeaderFile(name)).Trim();
            // Of a fixed length whatever is given.
            return header.StartsWith(HeaderBegin, StringComparison.Ordinal)
                && header.Length == HeaderBegin.Length + (SecretBytes * 2)
                && CryptographicOperations.FixedTimeEquals(Digest(header[HeaderBegin.Length..]), Digest(bearer));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>The last call of a target.</summary>
    /// <param name="name">The target's exact name.</param>
    /// <returns>The call; nothing when there was none.</returns>
    /// <exception cref="JsonException">The file is damaged.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    internal HeartbeatCall? Last(string name) => StateFolder.ReadJson(CallFile(name), HeartbeatJson.Default.HeartbeatCall);

    /// <summary>Makes the secret of a target that is added. One that replaces another keeps its secret: the jobs have it.</summary>
    /// <param name="name">The target's name.</param>
    /// <exception cref="DevOpsException"><c>StateFolderNotWritable</c>.</exception>
    internal void Prepare(string name)
    {
        if (File.Exists(HeaderFile(name))) return;
        state.Write(HeaderFile(name), Encoding.ASCII.GetBytes($"{HeaderBegin}{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes))}\n"));
    }

    /// <summary>Forgets the calls and the secret of a target.</summary>
    /// <param name="name">The target's name.</param>
    /// <exception cref="DevOpsException"><c>StateFolderNotWritable</c>.</exception>
    internal void Remove(string name)
    {
        foreach (var file in (string[])[HeaderFile(name), CallFile(name)])
        {
            try
            {
                if (File.Exists(file)) File.Delete(file);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw state.NotWritable(file, exception);
            }
        }
    }

    private static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    private static string? Line(string? text, int longest) => OneLine.Of(text ?? string.Empty, longest) is { Length: > 0 } line ? line : null;

    private static DevOpsException NotPushed(HeartbeatTarget target) => new(
        "HeartbeatNotPushed",
        FailureKind.InvalidInput,
        $"The heartbeat target '{target.Name}' takes no calls: it is checked at {target.Uri}.",
        $"Name one that was added with an address such as push://{target.Name}; Get-HeartbeatTarget lists them.",
        target.Name);

    private string CallFile(string name) => state.PathOf(Folder, Pushes, name + CallExtension);
}
