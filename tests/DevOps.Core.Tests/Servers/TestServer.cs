using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using DevOps.Core.Servers;

namespace DevOps.Core.Tests.Servers;

/// <summary>
/// What this test assembly is when the launcher starts it: a server that behaves as a variable says. It runs before the
/// tests' own entry point and never comes back to it.
/// </summary>
internal static class TestServer
{
    public const string Variable = "DEVOPS_TEST_SERVER";

    /// <summary>Runs at once.</summary>
    public const string Runs = "runs";

    /// <summary>Says something and ends before it answers.</summary>
    public const string Dies = "dies";

    /// <summary>Answers that it failed.</summary>
    public const string Fails = "fails";

    /// <summary>Prepares itself for ever.</summary>
    public const string Prepares = "prepares";

    /// <summary>Takes connections and never answers.</summary>
    public const string Hangs = "hangs";

    /// <summary>The last words of the one that dies.</summary>
    public const string LastWords = "the disk is on fire";

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255:The 'ModuleInitializer' attribute should not be used in libraries", Justification = "This is an executable.")]
    internal static void Serve()
    {
        var behaviour = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(behaviour)) return;
        Environment.Exit(Serve(behaviour, Environment.GetCommandLineArgs()[1]));
    }

    private static int Serve(string behaviour, string socketFile)
    {
        if (behaviour == Dies)
        {
            Console.Error.WriteLine(LastWords);
            return 3;
        }

        Console.WriteLine("standard input " + (Console.In.Read() < 0 ? "is empty" : "has something"));
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(socketFile));
        listener.Listen();
        if (behaviour == Hangs) Thread.Sleep(Timeout.Infinite);
        while (true)
        {
            using var connection = listener.Accept();
            var path = ReadPath(connection);
            Answer(connection, path == "/status" ? JsonSerializer.Serialize(Status(behaviour), ServerJson.Default.ServerStatus) : "{}");
            if (path == "/stop") return 0;
        }
    }

    private static ServerStatus Status(string behaviour)
    {
        var status = new ServerStatus("test", "one", Environment.ProcessId, ServerState.Running, DateTimeOffset.UtcNow);
        return behaviour switch
        {
            Fails => status with { State = ServerState.Failed, Failure = new ServerFailure("PortTaken", "Conflict", "Port 1 is held by init.", "End init.") },
            Prepares => status with { State = ServerState.Starting, Activity = "peeling potatoes", Percent = 40 },
            _ => status,
        };
    }

    private static string ReadPath(Socket connection)
    {
        var request = new StringBuilder();
        var buffer = new byte[1024];
        while (!request.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            var count = connection.Receive(buffer);
            if (count == 0) break;
            request.Append(Encoding.ASCII.GetString(buffer, 0, count));
        }

        return request.ToString().Split(' ')[1];
    }

    private static void Answer(Socket connection, string body) =>
        connection.Send(Encoding.UTF8.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"));
}
