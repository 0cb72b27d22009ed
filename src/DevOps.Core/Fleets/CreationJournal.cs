using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using DevOps.Core.DigitalOcean;
using DevOps.Core.State;

namespace DevOps.Core.Fleets;

/// <summary>What is remembered of a droplet from before it is asked for until its host key is pinned.</summary>
/// <param name="Droplet">Its name.</param>
/// <param name="Fleet">Its fleet.</param>
/// <param name="Run">The run that asks for it, as in its tag <c>run:</c>.</param>
/// <param name="BootstrapKey">The private host key for the first contact. Secret until it is replaced.</param>
/// <param name="RequestedAt">When it was first asked for.</param>
internal sealed record CreationRecord(string Droplet, string Fleet, string Run, string BootstrapKey, DateTimeOffset RequestedAt)
{
    /// <summary>The API's number for it, once the API has answered.</summary>
    public long? DropletId { get; init; }

    /// <summary>The SHA-256 of the key that the droplet has made for itself and is about to use.</summary>
    public string? NextHostKey { get; init; }
}

/// <summary>
/// Remembers each creation in a file of its own, written and flushed before the API is asked, so that a run that was
/// interrupted at any point is finished by the next one and makes nothing twice.
/// </summary>
/// <param name="state">The installation's state folder.</param>
/// <param name="api">The API's address: each account has its own records.</param>
/// <param name="account">The account.</param>
internal sealed class CreationJournal(StateFolder state, Uri api, ApiAccount account)
{
    private const string FolderName = "fleets";

    private readonly string _account =
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{api} {account.Uuid}")))[..16];

    /// <summary>The path segments of a fleet's lock.</summary>
    /// <param name="fleet">The fleet's name.</param>
    /// <returns>Segments below the state folder.</returns>
    public string[] LockOf(string fleet) => [FolderName, _account, fleet, "lock"];

    /// <summary>The unfinished creations of a fleet, by droplet name.</summary>
    /// <param name="fleet">The fleet's name.</param>
    /// <returns>The records.</returns>
    /// <exception cref="DevOpsException"><c>CreationRecordDamaged</c>.</exception>
    public IReadOnlyDictionary<string, CreationRecord> Read(string fleet)
    {
        var folder = state.PathOf(FolderName, _account, fleet);
        var records = new Dictionary<string, CreationRecord>(StringComparer.Ordinal);
        if (!Directory.Exists(folder)) return records;
        foreach (var file in Directory.EnumerateFiles(folder, "*.json"))
        {
            var record = Read(new FileInfo(file));
            records[record.Droplet] = record;
        }

        return records;
    }

    /// <summary>Writes a record, over an older one of the same droplet.</summary>
    /// <param name="record">The record.</param>
    public void Write(CreationRecord record) =>
        state.Write(FileOf(record.Fleet, record.Droplet), JsonSerializer.SerializeToUtf8Bytes(record, FleetJson.Default.CreationRecord));

    /// <summary>Forgets a creation, and with it the bootstrap key.</summary>
    /// <param name="fleet">The fleet's name.</param>
    /// <param name="droplet">The droplet's name.</param>
    public void Remove(string fleet, string droplet)
    {
        var file = FileOf(fleet, droplet);
        if (File.Exists(file)) File.Delete(file);
    }

    /// <summary>Forgets everything of the account, which is about to be gone itself.</summary>
    public void RemoveAll()
    {
        var folder = state.PathOf(FolderName, _account);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    private static CreationRecord Read(FileInfo file)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(file.FullName), FleetJson.Default.CreationRecord)
                ?? throw new JsonException("The file is empty.");
        }
        catch (JsonException exception)
        {
            throw new DevOpsException(
                "CreationRecordDamaged",
                FailureKind.OperationFailed,
                $"The record of an unfinished creation, '{file}', cannot be read: {exception.Message}",
                "See with Get-Droplet whether the droplet exists, remove it with Remove-Droplet, then delete the file.",
                file.FullName,
                exception);
        }
    }

    private string FileOf(string fleet, string droplet) => state.PathOf(FolderName, _account, fleet, droplet + ".json");
}

/// <summary>How the records are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(CreationRecord))]
internal sealed partial class FleetJson : JsonSerializerContext;
