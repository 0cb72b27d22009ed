using System.Text.Json;
using System.Text.Json.Serialization;
using DevOps.Core.Alerts;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Server.Tests.Hosting;

/// <summary>A destination of alerts that is a program: it keeps each alert as a file.</summary>
internal sealed class AlertReceiver : IDisposable
{
    private static readonly JsonSerializerOptions Reading = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly string _folder = Directory.CreateTempSubdirectory("alerts-").FullName;
    private int _read;

    public static AlertReceiver Add(StateFolder state)
    {
        var receiver = new AlertReceiver();
        var script = "n=$(ls \"$0\" | grep -c json); cat > \"$0/new\"; mv \"$0/new\" \"$0/$n.json\"";
        new AlertService(state).Add(new AlertDestinationRequest("test") { Program = "/bin/sh", Arguments = ["-c", script, receiver._folder] });
        return receiver;
    }

    public async Task<Alert> NextAsync()
    {
        var file = Path.Combine(_folder, $"{_read++}.json");
        using var limit = new CancellationTokenSource(Limit);
        while (!File.Exists(file)) await Task.Delay(20, limit.Token);
        return JsonSerializer.Deserialize<Alert>(await File.ReadAllTextAsync(file, limit.Token), Reading)!;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
