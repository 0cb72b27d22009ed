using System.Text.Json;
using DevOps.Core.State;
using DevOps.Model;

namespace DevOps.Core.Alerts;

/// <summary>
/// What became of deliveries: a line each in <c>alerts/deliveries.jsonl</c>, of all processes of the installation. Its size
/// is bounded: when it is full, the older half goes, except for the last line of each destination.
/// </summary>
/// <param name="state">The installation's state folder.</param>
/// <param name="limit">How many bytes it may have.</param>
internal sealed class DeliveryLog(StateFolder state, int limit = 1024 * 1024)
{
    private const byte LineEnd = (byte)'\n';

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly string _file = state.PathOf(AlertFiles.Folder, AlertFiles.Deliveries);

    /// <summary>Adds a delivery.</summary>
    /// <param name="delivery">The delivery.</param>
    /// <returns>A task that ends once it is written.</returns>
    /// <exception cref="DevOpsException"><c>StateFolderBusy</c>, <c>StateFolderNotWritable</c>.</exception>
    public async Task AddAsync(AlertDelivery delivery)
    {
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(delivery, AlertJson.Default.AlertDelivery), LineEnd];
        await using var turn = await StateLock.AcquireAsync(state, [AlertFiles.Folder, AlertFiles.DeliveriesLock], Patience);
        var length = File.Exists(_file) ? new FileInfo(_file).Length : 0;
        if (length + line.Length <= limit) state.Append(_file, EndsWithLineEnd() ? line : [LineEnd, .. line]);
        else state.Write(_file, [.. Shorten(Read()).Append(delivery).SelectMany(kept => JsonSerializer.SerializeToUtf8Bytes(kept, AlertJson.Default.AlertDelivery).Append(LineEnd))]);
    }

    /// <summary>Reads all deliveries that are still known.</summary>
    /// <returns>The deliveries, the oldest first.</returns>
    public IReadOnlyList<AlertDelivery> Read()
    {
        byte[] bytes;
        try
        {
            using var file = new FileStream(_file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            bytes = new byte[file.Length];
            bytes = bytes[..file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }

        var deliveries = new List<AlertDelivery>();
        foreach (var range in bytes.AsSpan().Split(LineEnd))
        {
            if (Parse(bytes.AsSpan()[range]) is { } delivery) deliveries.Add(delivery);
        }

        return deliveries;
    }

    private static AlertDelivery? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return line.IsEmpty ? null : JsonSerializer.Deserialize(line, AlertJson.Default.AlertDelivery);
        }
        catch (JsonException)
        {
            // A process that died while it wrote left a part of a line. The delivery itself does not depend on it.
            return null;
        }
    }

    private static IEnumerable<AlertDelivery> Shorten(IReadOnlyList<AlertDelivery> deliveries)
    {
        var last = deliveries.GroupBy(delivery => delivery.Destination, StringComparer.Ordinal).Select(group => group.Last()).ToHashSet();
        return deliveries.Where((delivery, index) => index >= deliveries.Count / 2 || last.Contains(delivery));
    }

    private bool EndsWithLineEnd()
    {
        if (!File.Exists(_file)) return true;
        using var file = new FileStream(_file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (file.Length == 0) return true;
        file.Position = file.Length - 1;
        return file.ReadByte() == LineEnd;
    }
}
