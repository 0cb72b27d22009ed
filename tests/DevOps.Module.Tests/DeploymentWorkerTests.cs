using System.Diagnostics;

namespace DevOps.Module.Tests;

/// <summary>A deployment's worker as the staged module starts it, with the sessions that start, see and stop it.</summary>
public sealed class DeploymentWorkerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("devops-worker-").FullName;

    public DeploymentWorkerTests()
    {
        File.WriteAllText(
            Path.Combine(_folder, "production.psd1"),
            "@{ Name = 'production'; Applications = @( @{ Name = 'shop'; Fleet = 'web'; Source = '.'; Command = '/bin/shop'; Port = 80 } ) }");
        Git("init", "--quiet", "--initial-branch=main");
        Git("-c", "user.name=Test", "-c", "user.email=test@example.org", "commit", "--quiet", "--allow-empty", "--message", "change");
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string State => Path.Combine(_folder, "state");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_deployment_that_waits_is_seen_and_stopped_by_another_session_and_whoever_follows_it_hears_so()
    {
        // As another deployment at work in the same environment holds it.
        var environment = Directory.CreateDirectory(Path.Combine(State, "environments", "production"));
        await using var other = new FileStream(Path.Combine(environment.FullName, "lock"), FileMode.Create, FileAccess.ReadWrite, FileShare.None);

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromMinutes(3));
        var following = ChildShell.RunAsync($"Import-Module '{Checkout.Manifest}'; Invoke-Deployment '{_folder}/production.psd1' -Repository '{_folder}' | ForEach-Object {{ \"$($_.State)\" }}", State, limit.Token);
        var stopping = await ChildShell.RunAsync(
            $$"""
            Import-Module '{{Checkout.Manifest}}'
            # What it says first in its journal is said by the worker: from then on it can be asked.
            for ($round = 0; $round -lt 600 -and -not (Get-Deployment).Events; $round++) { [Threading.Thread]::Sleep(100) }
            Get-Deployment | ForEach-Object { "$($_.State)" }
            Stop-Deployment -Confirm:$false | ForEach-Object { "$($_.State): $($_.Cause)" }
            """,
            State,
            Cancellation);
        Assert.Equal((string.Empty, 0), (stopping.Errors, stopping.ExitCode));
        var followed = await following;

        Assert.Equal(["Waiting", "Stopped: It was stopped while it waited; nothing was changed."], stopping.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(2));
        Assert.Contains("was stopped", followed.Errors, StringComparison.Ordinal);
        Assert.EndsWith("Stopped", followed.Output.Trim(), StringComparison.Ordinal);
    }

    private void Git(params string[] arguments)
    {
        using var git = Process.Start("git", ["-C", _folder, .. arguments]);
        git.WaitForExit();
        Assert.Equal(0, git.ExitCode);
    }
}
