namespace DevOps.Core.Fleets;

/// <summary>Reads the programs that run on new droplets: the files of <c>Fleets/Scripts</c>, embedded in this assembly.</summary>
internal static class FleetScript
{
    /// <summary>Reads one.</summary>
    /// <param name="name">Its file name.</param>
    /// <returns>Its text.</returns>
    public static string Read(string name)
    {
        using var stream = typeof(FleetScript).Assembly.GetManifestResourceStream($"DevOps.Core.Fleets.Scripts.{name}")
            ?? throw new InvalidOperationException($"The assembly has no script '{name}'.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
