using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Hosting;
using GlobalGateway.EdgeNode.Snapshots;
using GlobalGateway.EdgeNode.Telemetry;
using GlobalGateway.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode;

/// <summary>An edge in this process on free loopback ports, given its resources directly.</summary>
public sealed class EdgeHost : IAsyncDisposable
{
    public const string Key = "test-key";

    private readonly WebApplication _app;

    private EdgeHost(WebApplication app, EdgeOptions options, MemoryStream log)
    {
        _app = app;
        Log = log;
        PublicUrl = options.PublicListen[0];
        ManagementUrl = options.ManagementListen;
        Client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(PublicUrl) };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
    }

    public HttpClient Client { get; }

    public string PublicUrl { get; }

    public string ManagementUrl { get; }

    /// <summary>What the edge wrote to standard output; complete after <see cref="StopAsync"/>.</summary>
    public MemoryStream Log { get; }

    public IServiceProvider Services => _app.Services;

    public SnapshotStore Snapshots => _app.Services.GetRequiredService<SnapshotStore>();

    public static async Task<EdgeHost> StartAsync(ResourceSet? resources, Func<EdgeOptions, EdgeOptions>? change = null)
    {
        var options = new EdgeOptions
        {
            Fleet = "test",
            Region = "us-east",
            Name = "edge-1",
            DataDirectory = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()),
            PublicListen = [$"http://127.0.0.1:{FreePorts.Next()}"],
            ManagementListen = $"http://127.0.0.1:{FreePorts.Next()}",
            CredentialHosts = ["127.0.0.1"],
            DrainDelay = "0s",
        };
        options = change?.Invoke(options) ?? options;
        var log = new MemoryStream();
        var app = EdgeApp.Build(options, builder => builder.Services.AddSingleton(_ => new LogSink(log)));
        var host = new EdgeHost(app, options, log);
        if (resources is not null)
        {
            host.Snapshots.TryActivate("abc1234", resources).ShouldBeEmpty();
        }

        await app.StartAsync();
        return host;
    }

    public Task<HttpResponseMessage> PostAsync(string path, string json) =>
        Client.PostAsync(path, new StringContent(json, Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);

    public Task<HttpResponseMessage> ChatAsync(string model = "fast", bool stream = false) =>
        PostAsync("/v1/chat/completions", $$"""{"model":"{{model}}","messages":[{"role":"user","content":"hello"}]{{(stream ? ",\"stream\":true" : "")}}}""");

    public Task StopAsync() => _app.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }

    public static string Sha256(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
