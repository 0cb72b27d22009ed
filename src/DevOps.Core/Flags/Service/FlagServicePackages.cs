namespace DevOps.Core.Flags.Service;

/// <summary>The programs that were gathered for nodes, so that nodes of the same kind share one.</summary>
internal sealed class FlagServicePackages : IDisposable
{
    private readonly SemaphoreSlim _gathering = new(1);
    private readonly Dictionary<string, FlagServiceProgram> _programs = new(StringComparer.Ordinal);

    /// <summary>Gets the one for a host.</summary>
    /// <param name="host">The host.</param>
    /// <param name="gather">Gathers it, when it is the first of its kind.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The program, which stays this one's.</returns>
    public async Task<FlagServiceProgram> GetAsync(FlagServiceHostFacts host, Func<FlagServiceProgram> gather, CancellationToken ct)
    {
        var kind = $"{host.Architecture} {host.HasGnuLibrary} {host.Dotnet is not null}";
        await _gathering.WaitAsync(ct);
        try
        {
            return _programs.TryGetValue(kind, out var known) ? known : _programs[kind] = gather();
        }
        finally
        {
            _gathering.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var program in _programs.Values) program.Dispose();
        _gathering.Dispose();
    }
}
