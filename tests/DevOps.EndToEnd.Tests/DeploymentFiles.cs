namespace DevOps.EndToEnd.Tests;

/// <summary>The deployments of a demo as they stand in its state folder: for tests that must catch a moment, which a session of its own would miss.</summary>
/// <param name="demo">The demo.</param>
public sealed class DeploymentFiles(Demo demo)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>Waits until the deployment of a commit has written an entry of a kind.</summary>
    /// <param name="commit">The commit.</param>
    /// <param name="kind">The kind, such as <c>Started</c>.</param>
    /// <returns>The entry's line.</returns>
    public async Task<string> EntryAsync(string commit, string kind)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Limit);
        while (true)
        {
            var entry = Lines(commit).FirstOrDefault(line => line.Contains($"\"kind\":\"{kind}\"", StringComparison.Ordinal));
            if (entry is not null) return entry;
            await Task.Delay(Look, patience.Token);
        }
    }

    private string[] Lines(string commit)
    {
        var folder = Path.Combine(demo.StateFolder, "deployments");
        if (!Directory.Exists(folder)) return [];
        var deployment = Directory.EnumerateDirectories(folder).FirstOrDefault(path => Read(Path.Combine(path, "request.json")).Contains(commit, StringComparison.Ordinal));
        return deployment is null ? [] : Read(Path.Combine(deployment, "journal.jsonl")).Split('\n');
    }

    private static string Read(string file)
    {
        if (!File.Exists(file)) return string.Empty;
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return reader.ReadToEnd();
    }
}
