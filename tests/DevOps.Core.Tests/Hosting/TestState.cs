using DevOps.Core.State;

namespace DevOps.Core.Tests.Hosting;

/// <summary>A state folder of one test, deleted with it.</summary>
public sealed class TestState : IDisposable
{
    private readonly string _folder;

    /// <summary>Makes an empty state folder.</summary>
    /// <param name="parent">An existing folder to make it in, or nothing for a temporary one.</param>
    public TestState(string? parent = null)
    {
        _folder = parent is null ? Directory.CreateTempSubdirectory("devops-test-").FullName : Directory.CreateDirectory(Path.Combine(parent, "test")).FullName;
        State = StateFolder.Open(Path.Combine(_folder, "state"));
    }

    /// <summary>The folder.</summary>
    public StateFolder State { get; }

    /// <summary>Deletes it.</summary>
    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
