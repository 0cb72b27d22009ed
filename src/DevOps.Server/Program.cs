using DevOps.Server;
using DevOps.Server.Balancing;
using DevOps.Server.Deployments;
using DevOps.Server.Flags;
using DevOps.Server.Heartbeats;

var arguments = RoleArguments.Read(args);
switch (arguments?.Role)
{
    case DeploymentRole.Name:
        return await DeploymentRole.RunAsync(arguments);
    case BalancerRole.Name:
        return await BalancerRole.RunAsync(arguments);
    case MonitorRole.Name:
        return await MonitorRole.RunAsync(arguments);
    case HistoryRole.Name:
        return await HistoryRole.RunAsync(arguments);
    case FlagServiceRole.Name:
        return await FlagServiceRole.RunAsync(arguments);
    default:
        await Console.Error.WriteLineAsync($"usage: DevOps.Server {DeploymentRole.Name} --state FOLDER --deployment ID --socket FILE");
        await Console.Error.WriteLineAsync($"       DevOps.Server {BalancerRole.Name} --state FOLDER --balancer NAME --socket FILE");
        await Console.Error.WriteLineAsync($"       DevOps.Server {MonitorRole.Name} --state FOLDER --socket FILE");
        await Console.Error.WriteLineAsync($"       DevOps.Server {HistoryRole.Name} --state FOLDER --instance NAME --socket FILE");
        await Console.Error.WriteLineAsync($"       DevOps.Server {FlagServiceRole.Name} --settings FILE [--socket FILE]");
        return 2;
}
