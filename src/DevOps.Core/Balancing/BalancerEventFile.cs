using System.Text.Json;
using DevOps.Model;

namespace DevOps.Core.Balancing;

/// <summary>The file of a balancer's events: one JSON object a line, oldest first.</summary>
public static class BalancerEventFile
{
    private const byte LineEnd = (byte)'\n';

    /// <summary>Reads the events. A last line that was cut off by a dying process is passed over.</summary>
    /// <param name="path">The file, which need not exist.</param>
    /// <returns>The events.</returns>
    public static IReadOnlyList<BalancerEvent> Read(string path)
    {
        var events = new List<BalancerEvent>();
        foreach (var file in (string[])[Older(path), path])
        {
            if (!File.Exists(file)) continue;
            foreach (var line in File.ReadLines(file))
            {
                if (Parse(line) is { } entry) events.Add(entry);
            }
        }

        return events;
    }

    /// <summary>Adds an event.</summary>
    /// <param name="path">The file.</param>
    /// <param name="entry">The event.</param>
    /// <param name="longest">The size in bytes at which the file is put aside, over the one that was put aside before.</param>
    public static void Append(string path, BalancerEvent entry, long longest)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.Read };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        long length;
        using (var file = new FileStream(path, options))
        {
            file.Seek(0, SeekOrigin.End);
            if (IsCutOff(file)) file.WriteByte(LineEnd);
            file.Write([.. JsonSerializer.SerializeToUtf8Bytes(entry, BalancerJson.Default.BalancerEvent), LineEnd]);
            length = file.Length;
        }

        if (length > longest) File.Move(path, Older(path), overwrite: true);
    }

    private static string Older(string path) => path + ".1";

    private static bool IsCutOff(FileStream file)
    {
        if (file.Length == 0) return false;
        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() != LineEnd;
    }

    private static BalancerEvent? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, BalancerJson.Default.BalancerEvent);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
