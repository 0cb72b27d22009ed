using DevOps.Core.Servers;

namespace DevOps.Server.Tests.Hosting;

/// <summary>The folder in which cmdlets look for the programs, with the server that these tests were built with.</summary>
internal sealed class ServerFolder : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("bin-").FullName;

    public ServerFolder()
    {
        Directory.CreateSymbolicLink(Path.Combine(_folder, "server"), AppContext.BaseDirectory);
        Programs = new ServerPrograms(_folder);
    }

    public ServerPrograms Programs { get; }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
