using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using DevOps.Core.Flags.Servers;
using DevOps.Core.Flags.Service;
using DevOps.Core.Operations;
using DevOps.Core.Servers;
using DevOps.Core.Tests.Flags;
using DevOps.Core.Tests.Hosting;
using DevOps.Model;

namespace DevOps.Server.Tests.Hosting;

/// <summary>A real Redis, and a real service of its flags, started and asked as the cmdlets and applications do.</summary>
public sealed class RunningFlagService : IAsyncLifetime, IProgress<OperationMessage>
{
    /// <summary>The flag server's name.</summary>
    public const string Server = "flags";

    private readonly TestState _folder = new();
    private readonly ServerFolder _programs = new();

    public RunningFlagService()
    {
        Control = new FlagServiceControl(_folder.State, _programs.Programs, new SystemdService(), TimeProvider.System);
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Port}/") };
    }

    public FlagServiceControl Control { get; }

    public HttpClient Http { get; }

    public int Port { get; } = FreePort.Find();

    internal FlagBed Bed { get; private set; } = null!;

    internal ServerFiles Files => ServerFiles.For(_folder.State, FlagServiceNames.Role, Server);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Bed = await FlagBed.StartAsync();
        new FlagServerStore(_folder.State).Save(new SavedFlagServer(Server) { Uri = Bed.Master.Uri });
        await Bed.SetAsync("featureflag", true);
        await StartAsync();
    }

    public async Task<FeatureFlagService> StartAsync(FlagServiceChanges? changes = null) =>
        Assert.Single(await Control.StartAsync(Server, changes ?? new FlagServiceChanges { Port = Port }, this, Cancellation));

    public async Task<FeatureFlagService> DescribeAsync() => Assert.Single(await Control.GetAsync(Server, Cancellation));

    public Task<bool> StopAsync(bool isRemoved = false) => Control.StopAsync(Server, isRemoved, this, Cancellation);

    /// <summary>Waits until the service is in a state.</summary>
    public async Task<FeatureFlagService> WaitForAsync(FeatureFlagServiceState state)
    {
        FeatureFlagService? found = null;
        await Eventually.IsAsync(async () => (found = await DescribeAsync()).State == state);
        return found!;
    }

    /// <summary>The process that answers.</summary>
    public async Task<int> ProcessIdAsync()
    {
        using var administration = new AdministrationClient(Files.SocketFile);
        return (await administration.GetStatusAsync(Cancellation))!.ProcessId;
    }

    /// <summary>Ends it as kill -9 does.</summary>
    public async Task KillAsync()
    {
        var processId = await ProcessIdAsync();
        Process.GetProcessById(processId).Kill();
        await Eventually.IsAsync(() => !ProcessLiveness.IsAlive(processId));
    }

    /// <summary>Gives an application a token.</summary>
    public async Task<string> AdmitAsync(string application) => (await Control.AddTokenAsync(new FlagTokenRequest(Server, application, Path: null, IsReplaced: true), this, Cancellation)).Text;

    public async Task<string> TextAsync(string path) => await Http.GetStringAsync(new Uri(path, UriKind.Relative), Cancellation);

    public Task<HttpResponseMessage> GetAsync(string path, string? token = null, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, body: null, token, headers);

    public Task<HttpResponseMessage> PostAsync(string path, string? body = null, string? token = null, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Post, path, body, token, headers);

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? body, string? token, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
    }

    /// <summary>Asks OFREP for a flag, or for all.</summary>
    public async Task<JsonElement> EvaluateAsync(string? name, string? body = null)
    {
        using var response = await PostAsync(name is null ? FlagServiceNames.EvaluatePath : $"{FlagServiceNames.EvaluatePath}/{Uri.EscapeDataString(name)}", body);
        return JsonElement.Parse(await response.Content.ReadAsStringAsync(Cancellation));
    }

    public void Report(OperationMessage value)
    {
        // What is done is seen by what it leads to.
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Http.Dispose();
        await Bed.DisposeAsync();
        _programs.Dispose();
        _folder.Dispose();
    }
}
