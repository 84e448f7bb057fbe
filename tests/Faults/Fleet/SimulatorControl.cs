using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace GlobalGateway.Faults.Fleet;

/// <summary>Scripts a simulator and reads what it did.</summary>
public sealed class SimulatorControl : IDisposable
{
    private readonly HttpClient _client;

    public SimulatorControl(Uri address, string token)
    {
        _client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address };
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Adds a rule; its id.</summary>
    public async Task<string> AddAsync(JsonObject rule)
    {
        using var content = new StringContent(rule.ToJsonString(), Encoding.UTF8, "application/json");
        using var response = await _client.PostAsync("/admin/faults", content);
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode ? JsonNode.Parse(text)!["id"]!.GetValue<string>() : throw new InvalidOperationException($"rule refused: {text}");
    }

    public async Task RemoveAsync(string rule)
    {
        using var response = await _client.DeleteAsync($"/admin/faults/{rule}");
        response.EnsureSuccessStatusCode();
    }

    public async Task ClearAsync()
    {
        using var response = await _client.DeleteAsync("/admin/faults");
        response.EnsureSuccessStatusCode();
    }

    /// <summary>How often each rule fired, by its id.</summary>
    public async Task<IReadOnlyDictionary<string, int>> FiredAsync()
    {
        var all = JsonNode.Parse(await _client.GetStringAsync("/admin/faults"))!;
        return all["faults"]!.AsArray().ToDictionary(static rule => rule!["rule"]!["id"]!.GetValue<string>(), static rule => rule!["fired"]!.GetValue<int>());
    }

    /// <summary>The faults of requests that somebody still waits for.</summary>
    public async Task<IReadOnlyList<string>> OpenAsync()
    {
        var all = JsonNode.Parse(await _client.GetStringAsync("/admin/requests"))!;
        return [.. all["requests"]!.AsArray().Where(static request => request!["outcome"]!.GetValue<string>() == "open")
            .Select(static request => request!["faultType"]?.GetValue<string>() ?? "no fault")];
    }

    public void Dispose() => _client.Dispose();
}
