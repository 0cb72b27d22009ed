using DevOps.Server;
using DevOps.Server.Balancing;
using DevOps.Server.Deployments;

var arguments = RoleArguments.Read(args);
switch (arguments?.Role)
{
    case DeploymentRole.Name:
        return await DeploymentRole.RunAsync(arguments);
    case BalancerRole.Name:
        return await BalancerRole.RunAsync(arguments);
    default:
        await Console.Error.WriteLineAsync($"usage: DevOps.Server {DeploymentRole.Name} --state FOLDER --deployment ID --socket FILE");
        await Console.Error.WriteLineAsync($"       DevOps.Server {BalancerRole.Name} --state FOLDER --balancer NAME --socket FILE");
        return 2;
}
