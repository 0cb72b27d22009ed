using DevOps.Core;
using DevOps.Core.Alerts;
using DevOps.Core.Canaries.Releases;
using DevOps.Core.Deployments.Journal;
using DevOps.Core.Deployments.Worker;
using DevOps.Core.Servers;
using DevOps.Core.State;
using DevOps.Model;
using DevOps.Server.Administration;

namespace DevOps.Server.Deployments;

/// <summary>The worker of one deployment: carries it out and ends. What it did stands in the deployment's journal.</summary>
internal static class DeploymentRole
{
    /// <summary>The role's name on the command line.</summary>
    public const string Name = "deployment";

    // Whoever started the worker waits until it has said that it runs: it stays that long, even when it is done before.
    private static readonly TimeSpan LongestGoodbye = TimeSpan.FromSeconds(10);

    /// <summary>Runs the role.</summary>
    /// <param name="arguments">Its options.</param>
    /// <returns>The process's exit code: 0 when the deployment succeeded or gave way to a newer one.</returns>
    public static async Task<int> RunAsync(RoleArguments arguments)
    {
        var id = arguments.Require("deployment");
        var socketFile = arguments.Require("socket");
        var folder = StateFolder.Open(arguments.Require("state"));
        var runner = new DeploymentRunner(folder);
        var startedAt = DateTimeOffset.UtcNow;
        using var stop = new CancellationTokenSource();
        var wasSeen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Exception? failure = null;
        ServerStatus Status()
        {
            var (state, explanation) = (stop.IsCancellationRequested, failure) switch
            {
                (_, not null) => (ServerState.Failed, Explain(failure)),
                (true, _) => (ServerState.Stopping, null),
                _ => (runner.IsTaken ? ServerState.Running : ServerState.Starting, null),
            };
            if (state != ServerState.Starting) wasSeen.TrySetResult();
            return new ServerStatus(Name, id, Environment.ProcessId, state, startedAt, runner.Activity, Failure: explanation);
        }

        using var orders = new CanaryOrders();
        if (arguments.Options.TryGetValue("order", out var order)) orders.TryGive(new GivenOrder(Enum.Parse<CanaryOrder>(order), arguments.Require("by")));
        await using var administration = await AdministrationSocket.OpenAsync(socketFile, Status, stop.Cancel, application => MapOrders(application, orders));
        // A service manager or an operator that ends the process means the deployment: it is stopped in order.
        using var terminated = System.Runtime.InteropServices.PosixSignalRegistration.Create(System.Runtime.InteropServices.PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            stop.Cancel();
        });
        await using var alerts = new AlertDispatcher(folder);
        orders.DecisionNeeded = cause => alerts.Raise(DeploymentAlerts.OfSuspended(new DeploymentStore(folder).GetRequest(id), cause, DateTimeOffset.UtcNow));
        var exitCode = 1;
        try
        {
            var state = await runner.RunAsync(id, stop.Token, orders);
            exitCode = state is DeploymentState.Succeeded or DeploymentState.Superseded ? 0 : 1;
        }
        catch (Exception exception)
        {
            // The log of the process is the only place that a defect can still be told in full.
            await Console.Error.WriteLineAsync(exception.ToString());
            failure = exception;
        }

        Raise(alerts, new DeploymentStore(folder), id);
        await Task.WhenAny(wasSeen.Task, Task.Delay(LongestGoodbye));
        return exitCode;
    }

    private static void Raise(AlertDispatcher alerts, DeploymentStore store, string id)
    {
        try
        {
            if (DeploymentAlerts.Of(store.GetRequest(id), store.Get(id)) is { } alert) alerts.Raise(alert);
        }
        catch (DevOpsException failure)
        {
            // The deployment has ended one way or the other; who asked for it is told by its journal.
            Console.Error.WriteLine($"No alert can be raised about the deployment {id}: {failure.Message}");
        }
    }

    // Whether an order can be followed depends on where a canary release is; any other deployment never comes to take one.
    private static void MapOrders(WebApplication application, CanaryOrders orders) => application.MapPost("/" + CanaryPaths.Order, (RequestDelegate)(async context =>
    {
        var order = await context.Request.ReadFromJsonAsync(CanaryJson.Default.GivenOrder, context.RequestAborted);
        await context.Response.WriteAsJsonAsync(new OrderAnswer(orders.TryGive(order!)), CanaryJson.Default.OrderAnswer, contentType: null, context.RequestAborted);
    }));

    private static ServerFailure Explain(Exception failure) => failure is DevOpsException known
        ? new ServerFailure(known.Id, known.Kind.ToString(), known.Message, known.RecommendedAction)
        : new ServerFailure("WorkerFailed", nameof(FailureKind.OperationFailed), failure.Message, "The worker's log beside the deployment's journal has the details.");
}
