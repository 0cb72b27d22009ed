using DevOps.Core.State;

namespace DevOps.Core.Tests.Hosting;

/// <summary>A state folder of one test, deleted with it.</summary>
public sealed class TestState : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("devops-test-").FullName;

    /// <summary>Makes an empty state folder.</summary>
    public TestState() => State = StateFolder.Open(Path.Combine(_folder, "state"));

    /// <summary>The folder.</summary>
    public StateFolder State { get; }

    /// <summary>Deletes it.</summary>
    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
