namespace DevOps.Server.Heartbeats.Page;

/// <summary>A part of the page that is always told as a whole, and only when it is another one.</summary>
/// <typeparam name="T">What it consists of.</typeparam>
/// <param name="Name">The name of its event.</param>
internal sealed record BoardPart<T>(string Name)
{
    /// <summary>What it consists of.</summary>
    public IReadOnlyList<T> Values { get; init; } = [];

    /// <summary>What browsers were told last, as JSON.</summary>
    public byte[] Data { get; init; } = "[]"u8.ToArray();
}
