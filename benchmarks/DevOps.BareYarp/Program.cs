using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.LoadBalancing;

// DevOps.BareYarp PORT PRODUCTION CANARY
// Everything is YARP's and Kestrel's default, but for two things: the turn goes round, and nothing is logged. Round robin
// knows no weights, so production stands there twice.
if (args is not [var port, var production, var canary])
{
    await Console.Error.WriteLineAsync("usage: DevOps.BareYarp PORT PRODUCTION CANARY");
    return 2;
}

var builder = WebApplication.CreateBuilder();
builder.Logging.ClearProviders();
builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
builder.Services.AddReverseProxy().LoadFromMemory(
    [new RouteConfig { RouteId = "all", ClusterId = "backends", Match = new RouteMatch { Path = "{**path}" } }],
    [
        new ClusterConfig
        {
            ClusterId = "backends",
            LoadBalancingPolicy = LoadBalancingPolicies.RoundRobin,
            Destinations = new Dictionary<string, DestinationConfig>(StringComparer.Ordinal)
            {
                ["production-1"] = new() { Address = $"http://{production}/" },
                ["production-2"] = new() { Address = $"http://{production}/" },
                ["canary"] = new() { Address = $"http://{canary}/" },
            },
        },
    ]);

var application = builder.Build();
application.MapReverseProxy();
await application.RunAsync();
return 0;
