using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using GlobalGateway.ProviderSimulator.Hosting;
using Microsoft.AspNetCore.Builder;

namespace GlobalGateway.Unit.ProviderSimulator;

/// <summary>A simulator on a free port, with a client that has its keys.</summary>
internal sealed class SimulatorHost : IAsyncDisposable
{
    public const string AdminToken = "admin-of-the-test";
    public const string Key = "sim-unit";

    private readonly WebApplication _app;

    private SimulatorHost(WebApplication app, HttpClient client) => (_app, Client) = (app, client);

    public HttpClient Client { get; }
    public IReadOnlyList<Uri> Addresses => [.. _app.Urls.Select(static url => new Uri(url))];
    public Uri Address => Client.BaseAddress!;

    public static async Task<SimulatorHost> StartAsync(Func<SimulatorOptions, SimulatorOptions>? change = null)
    {
        var options = new SimulatorOptions { Listen = ["http://127.0.0.1:0"], AdminToken = AdminToken };
        var app = SimulatorApp.Build(change?.Invoke(options) ?? options);
        await app.StartAsync();
        var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()), Timeout = TimeSpan.FromSeconds(20) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        client.DefaultRequestHeaders.Add("x-api-key", Key);
        client.DefaultRequestHeaders.Add("x-goog-api-key", Key);
        client.DefaultRequestHeaders.Add("anthropic-version", "2023-06-01");
        return new SimulatorHost(app, client);
    }

    public async Task<(int Status, JsonNode Body)> PostAsync(string path, string json)
    {
        using var response = await Client.PostAsync(path, new StringContent(json, Encoding.UTF8, "application/json"));
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    public async Task<string> TextAsync(string path, string json)
    {
        using var response = await Client.PostAsync(path, new StringContent(json, Encoding.UTF8, "application/json"));
        return await response.Content.ReadAsStringAsync();
    }

    /// <summary>The data of each server-sent event.</summary>
    public async Task<List<string>> EventsAsync(string path, string json) =>
        [.. (await TextAsync(path, json)).Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(static block => block[(block.IndexOf("data: ", StringComparison.Ordinal) + 6)..])];

    public async Task<(int Status, JsonNode? Body)> AdminAsync(HttpMethod method, string path, string? json = null, string token = AdminToken)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text));
    }

    public async Task FaultAsync(string rule)
    {
        var (status, body) = await AdminAsync(HttpMethod.Post, "/admin/faults", rule);
        if (status != 201)
        {
            throw new InvalidOperationException(body?.ToJsonString());
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
