using DevOps.LocalCloud;
using DevOps.LocalCloud.Containers;

const int OperationError = 1;
const int UsageError = 2;

try
{
    switch (args)
    {
        case ["serve", .. var rest]:
            using (var server = new CloudServer(CloudSettings.Parse(rest)))
            {
                return await server.RunAsync();
            }

        case ["suspend", .. var rest]:
            await CloudMaintenance.SuspendAsync(CloudSettings.Parse(rest).Folder, CancellationToken.None);
            return 0;
        case ["purge", .. var rest]:
            foreach (var line in await CloudMaintenance.PurgeAsync(CloudSettings.Parse(rest).Folder, CancellationToken.None)) Console.WriteLine(line);
            return 0;
        default:
            throw new UsageException("The first argument must be 'serve', 'suspend' or 'purge'.");
    }
}
catch (UsageException exception)
{
    await Console.Error.WriteLineAsync($"{exception.Message} Usage: DevOps.LocalCloud serve --folder DIR --port N --socket FILE | suspend --folder DIR | purge --folder DIR");
    return UsageError;
}
catch (Exception exception) when (exception is CloudFailure or PodmanException or IOException)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return OperationError;
}
