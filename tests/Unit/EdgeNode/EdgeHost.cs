using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
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
        Client = new HttpClient(new SocketsHttpHandler { UseProxy = false, MaxResponseDrainSize = 0 }) { BaseAddress = new Uri(PublicUrl) };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
    }

    public HttpClient Client { get; }

    public string PublicUrl { get; }

    public string ManagementUrl { get; }

    /// <summary>What the edge wrote to standard output; complete after <see cref="DisposeAsync"/>.</summary>
    public MemoryStream Log { get; }

    public IServiceProvider Services => _app.Services;

    public SnapshotStore Snapshots => _app.Services.GetRequiredService<SnapshotStore>();

    public static async Task<EdgeHost> StartAsync(ResourceSet? resources, Func<EdgeOptions, EdgeOptions>? change = null, Action<IServiceCollection>? services = null)
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
        var app = EdgeApp.Build(options, builder =>
        {
            builder.Services.AddSingleton(_ => new LogSink(log));
            services?.Invoke(builder.Services);
        });
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

    /// <summary>Sends a request and returns as soon as the headers of the answer are there.</summary>
    public Task<HttpResponseMessage> SendAsync(string path, string json, CancellationToken cancellation = default) => Client.SendAsync(
        new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(json, Encoding.UTF8, "application/json") },
        HttpCompletionOption.ResponseHeadersRead,
        cancellation == default ? TestContext.Current.CancellationToken : cancellation);

    /// <summary>All of a stream that came, and whether its connection ended abnormally.</summary>
    public static async Task<(string Text, bool Abnormal)> ReadToTheEndAsync(HttpResponseMessage response)
    {
        await using var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var all = new MemoryStream();
        try
        {
            await body.CopyToAsync(all, TestContext.Current.CancellationToken);
            return (Encoding.UTF8.GetString(all.ToArray()), false);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            return (Encoding.UTF8.GetString(all.ToArray()), true);
        }
    }

    /// <summary>The text that the chunks of a chat stream hold together.</summary>
    public static string ChatText(string stream) => string.Concat(stream.Split('\n')
        .Where(l => l.StartsWith("data: {", StringComparison.Ordinal))
        .SelectMany(l => JsonDocument.Parse(l["data: ".Length..]).RootElement.GetProperty("choices").EnumerateArray())
        .Select(c => c.GetProperty("delta").TryGetProperty("content", out var content) ? content.GetString() : ""));

    /// <summary>Lines of the log; complete after <see cref="DisposeAsync"/>.</summary>
    public IReadOnlyList<string> LogLines => Encoding.UTF8.GetString(Log.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public Task StopAsync() => _app.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }

    public static string Sha256(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
