using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;

namespace DevOps.LocalCloud.Droplets;

/// <summary>
/// Keeps what the cloud remembers in one file. Each change replaces the whole state at once, in memory and on disk, so
/// that neither a failing request nor a sudden end leaves half of it.
/// </summary>
internal sealed class CloudStore
{
    private const string FileName = "cloud.json";
    private const int TokenBytes = 32;
    private const int KeptActions = 2_000;

    private readonly Lock _lock = new();
    private readonly string _file;
    private CloudState _state;

    private CloudStore(string file, CloudState state)
    {
        _file = file;
        _state = state;
    }

    /// <summary>The state now; it never changes, the next one is another object.</summary>
    public CloudState Current => Volatile.Read(ref _state);

    /// <summary>Reads the state of a folder, or begins a new one.</summary>
    /// <param name="folder">The folder, which is made for its owner alone.</param>
    /// <returns>The store.</returns>
    /// <exception cref="CloudFailure"><c>LocalCloudStateDamaged</c>.</exception>
    public static CloudStore Open(string folder)
    {
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var file = Path.Combine(folder, FileName);
        if (!File.Exists(file))
        {
            var token = "dop_v1_local_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes));
            var created = new CloudStore(file, new CloudState { Token = token, AccountId = Guid.NewGuid() });
            created.Write(created._state);
            return created;
        }

        try
        {
            var state = JsonSerializer.Deserialize(File.ReadAllBytes(file), CloudStateJson.Default.CloudState);
            return new CloudStore(file, state ?? throw new JsonException("The file is empty."));
        }
        catch (JsonException exception)
        {
            throw new CloudFailure(
                "LocalCloudStateDamaged",
                "OperationFailed",
                $"'{file}' cannot be read: {exception.Message}",
                "Stop-LocalCloud -Purge removes the local cloud with all its droplets; then start it again.",
                exception);
        }
    }

    /// <summary>Changes the state. When the change throws, or the disk is full, nothing has changed.</summary>
    /// <param name="change">Makes the next state of the present one.</param>
    public void Change(Func<CloudState, CloudState> change) => Change(state => (change(state), true));

    /// <summary>Changes the state and answers something about it.</summary>
    /// <typeparam name="T">The answer.</typeparam>
    /// <param name="change">Makes the next state of the present one, and the answer.</param>
    /// <returns>The answer.</returns>
    public T Change<T>(Func<CloudState, (CloudState State, T Result)> change)
    {
        lock (_lock)
        {
            var (next, result) = change(_state);
            if (ReferenceEquals(next, _state)) return result;
            next = Forget(next);
            Write(next);
            Volatile.Write(ref _state, next);
            return result;
        }
    }

    private static CloudState Forget(CloudState state)
    {
        var surplus = state.Actions.Count - KeptActions;
        return surplus <= 0 ? state : state with
        {
            Actions = state.Actions.RemoveRange(state.Actions.Values
                .Where(action => action.Status != ActionState.InProgress)
                .Take(surplus)
                .Select(action => action.Id)
                .ToImmutableArray()),
        };
    }

    private void Write(CloudState state)
    {
        var temporary = _file + ".new";
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using (var stream = new FileStream(temporary, options))
        {
            JsonSerializer.Serialize(stream, state, CloudStateJson.Default.CloudState);
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, _file, overwrite: true);
    }
}
