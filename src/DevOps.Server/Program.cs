using DevOps.Server;
using DevOps.Server.Deployments;

var arguments = RoleArguments.Read(args);
switch (arguments?.Role)
{
    case DeploymentRole.Name:
        return await DeploymentRole.RunAsync(arguments);
    default:
        await Console.Error.WriteLineAsync($"usage: DevOps.Server {DeploymentRole.Name} --state FOLDER --deployment ID --socket FILE");
        return 2;
}
