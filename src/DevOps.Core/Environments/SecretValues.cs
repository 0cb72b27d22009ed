namespace DevOps.Core.Environments;

/// <summary>Reads the values of an application's secrets on the control host, at the moment they are needed.</summary>
public static class SecretValues
{
    /// <summary>Reads all secrets of an application.</summary>
    /// <param name="application">The application.</param>
    /// <param name="environmentFile">The environment file's full path; secrets' files are relative to its folder.</param>
    /// <returns>Each variable's name with its value. Whoever gets them writes them to <c>/etc/devops/APP.env</c> and nowhere else.</returns>
    /// <exception cref="DevOpsException"><c>SecretNotFound</c>: a file or variable is missing or empty; <c>SecretInvalid</c>: the value holds a character that a variable cannot carry.</exception>
    public static IReadOnlyDictionary<string, string> Read(ApplicationDefinition application, string environmentFile)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(environmentFile))!;
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, reference) in application.Secrets) values[name] = Read(application.Name, name, reference, folder);
        return values;
    }

    private static string Read(string application, string name, SecretReference reference, string folder)
    {
        var key = $"Applications.{application}.Secrets.{name}";
        var (value, source) = reference.File is null
            ? (Environment.GetEnvironmentVariable(reference.Variable!), $"the variable {reference.Variable}")
            : (FirstLine(key, Path.Combine(folder, reference.File)), $"the file '{Path.Combine(folder, reference.File)}'");
        if (string.IsNullOrEmpty(value))
        {
            throw new DevOpsException("SecretNotFound", FailureKind.NotFound, $"The secret {key} has no value: {source} is missing or empty.", $"Provide {source}, or take the key out of the environment file.", key);
        }

        // The value is never part of the message.
        return value.Any(char.IsControl)
            ? throw new DevOpsException("SecretInvalid", FailureKind.InvalidInput, $"The secret {key} holds a control character, which a variable's value in a unit's environment file cannot carry.", $"Mend {source}.", key)
            : value;
    }

    private static string? FirstLine(string key, string file)
    {
        try
        {
            using var reader = new StreamReader(file);
            return reader.ReadLine();
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DevOpsException("SecretNotFound", FailureKind.PermissionDenied, $"The file of the secret {key} cannot be read: {exception.Message}", $"Let the account that deploys read '{file}'.", key, exception);
        }
    }
}
