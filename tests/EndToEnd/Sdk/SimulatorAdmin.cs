using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace GlobalGateway.EndToEnd.Sdk;

/// <summary>Scripts the simulator behind a target and reads what it received.</summary>
public sealed class SimulatorAdmin : IDisposable
{
    private readonly HttpClient _client;

    public SimulatorAdmin(Uri address, string token)
    {
        (Address, Token) = (address, token);
        _client = new HttpClient { BaseAddress = address };
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public Uri Address { get; }
    public string Token { get; }

    /// <summary>A text no other test sends, so that a fault meets this test only.</summary>
    public static string Marker() => $"marker-{Guid.NewGuid():n}";

    /// <summary>The next request with this prompt meets the fault, later ones do not.</summary>
    public async Task FaultOnceAsync(string promptContains, string fault)
    {
        using var response = await _client.PostAsync("/admin/faults", new StringContent($$"""{"promptContains":"{{promptContains}}","count":1,"fault":{{fault}}}""", Encoding.UTF8, "application/json"));
        response.EnsureSuccessStatusCode();
    }

    /// <summary>The requests whose body has the text.</summary>
    public async Task<IReadOnlyList<JsonNode>> ReceivedAsync(string text)
    {
        var all = JsonNode.Parse(await _client.GetStringAsync("/admin/requests"))!["requests"]!.AsArray();
        return [.. all.Where(request => request!["body"]!.GetValue<string>().Contains(text, StringComparison.Ordinal)).Select(static request => request!)];
    }

    /// <summary>Waits until every provider that got this text has seen its client go.</summary>
    public async Task WaitAbandonedAsync(string text)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(15));
        while (true)
        {
            var received = await ReceivedAsync(text);
            if (received.Count > 0 && received.All(static request => request["outcome"]!.GetValue<string>() == "client-gone"))
            {
                return;
            }
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    public void Dispose() => _client.Dispose();
}
