using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using DevOps.Core.Servers;
using DevOps.LocalCloud.Administration;
using DevOps.LocalCloud.Api;
using DevOps.LocalCloud.Containers;
using DevOps.LocalCloud.Droplets;
using DevOps.LocalCloud.Image;
using DevOps.Server.Administration;

namespace DevOps.LocalCloud;

/// <summary>How to reach the cloud's API; asked for on the administration socket.</summary>
/// <param name="ApiUri">The API's base address.</param>
/// <param name="Token">The account's token.</param>
/// <param name="Email">The account's address.</param>
/// <param name="DropletLimit">How many droplets the account may have.</param>
/// <param name="Droplets">How many it has.</param>
internal sealed record CloudAccess(Uri ApiUri, string Token, string Email, int DropletLimit, int Droplets);

/// <summary>How it is written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CloudAccess))]
internal sealed partial class CloudAccessJson : JsonSerializerContext;

/// <summary>The life of the process: prepare the image and the networks, serve, end.</summary>
/// <param name="settings">What it was told.</param>
internal sealed class CloudServer(CloudSettings settings) : IDisposable
{
    // Whoever started this process asks for its status many times a second; one that nobody asks has nobody to tell.
    private static readonly TimeSpan FailureIsTold = TimeSpan.FromSeconds(30);

    private readonly StatusBoard _board = new(settings.Instance, TimeProvider.System);
    private readonly CancellationTokenSource _stopping = new();
    private CloudStore? _store;

    /// <summary>Runs until it is told to stop.</summary>
    /// <returns>The process' exit code.</returns>
    public async Task<int> RunAsync()
    {
        await using var administration = await AdministrationSocket.OpenAsync(settings.SocketFile, () => _board.Status, Stop, AddAdministration, CancellationToken.None);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, StopOnSignal);
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, StopOnSignal);
        try
        {
            await ServeAsync(administration.Logger);
            return 0;
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception exception)
        {
            administration.Logger.LogCritical(exception, "The local cloud failed");
            _board.Fail(exception is CloudFailure failure
                ? failure.ToServerFailure()
                : new ServerFailure("LocalCloudFailed", "OperationFailed", $"The local cloud failed: {exception.Message}", "Its log says more; try Start-LocalCloud again."));
            await WaitAsync(FailureIsTold);
            return 1;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stopping.Dispose();

    private async Task ServeAsync(ILogger logger)
    {
        CheckPort();
        var time = TimeProvider.System;
        var store = CloudStore.Open(settings.Folder);
        var image = await new ImageBuilder(_board, logger).EnsureAsync(_stopping.Token);
        _board.Report("finding out how containers run here", percent: 95);
        var options = await ContainerOptions.FindAsync(image, text => logger.LogInformation("{Choice}", text), _stopping.Token);
        var engine = new PodmanEngine(new InstanceLabel(settings.Folder), image, options);
        _board.Report("preparing networks", percent: 97);
        KernelLimits.RaiseForDroplets(text => logger.LogInformation("{Change}", text));
        var networks = await engine.EnsureNetworksAsync(store.Current.Networks, _stopping.Token);
        store.Change(state => networks == state.Networks ? state : state with { Networks = networks });

        await using var api = CloudApi.Build(settings, store, engine, time);
        var droplets = api.Services.GetRequiredService<DropletService>();
        _board.Report("bringing its droplets back", percent: 99);
        await droplets.ReconcileAsync(_stopping.Token);
        await api.StartAsync(_stopping.Token);
        _store = store;
        _board.Run(Endpoint);
        await WaitAsync(Timeout.InfiniteTimeSpan);
        _board.Stop();
        await api.StopAsync();
    }

    private Uri Endpoint => new UriBuilder(Uri.UriSchemeHttp, IPAddress.Loopback.ToString(), settings.Port).Uri;

    // Known before minutes are spent on the image.
    private void CheckPort()
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, settings.Port);
            listener.Start();
        }
        catch (SocketException exception)
        {
            throw new CloudFailure(
                "PortTaken",
                "Conflict",
                $"Port {settings.Port} cannot be used: {exception.Message}. It is held by: {PortOwner.Describe(settings.Port) ?? "unknown"}.",
                "End that process, or choose another port with -Port.",
                exception);
        }
    }

    private void AddAdministration(WebApplication application)
    {
        application.MapGet("/access", (RequestDelegate)(context =>
        {
            if (_store is not { } store)
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            }

            var access = new CloudAccess(Endpoint, store.Current.Token, AccountEndpoints.Email, settings.DropletLimit, store.Current.Droplets.Count);
            return context.WriteAsync(StatusCodes.Status200OK, access, CloudAccessJson.Default.CloudAccess);
        }));
    }

    private void Stop() => _stopping.Cancel();

    // The process ends by returning from Main, not by the signal's default action.
    private void StopOnSignal(PosixSignalContext signal)
    {
        signal.Cancel = true;
        Stop();
    }

    private async Task WaitAsync(TimeSpan time)
    {
        try
        {
            await Task.Delay(time, _stopping.Token);
        }
        catch (OperationCanceledException)
        {
            // Told to stop: that is what is waited for.
        }
    }
}
