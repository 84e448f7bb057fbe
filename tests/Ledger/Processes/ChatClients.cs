using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using GlobalGateway.Testing.Fleets;

namespace GlobalGateway.Ledger.Processes;

/// <summary>Clients that ask edges until their requests are answered or refused for good.</summary>
internal sealed class ChatClients : IDisposable
{
    private const int TriesMax = 40;

    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100);

    private readonly Uri[] _edges;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly int _requests;
    private int _asked;

    public ChatClients(int requests, params Uri[] edges)
    {
        (_requests, _edges) = (requests, edges);
        _http.DefaultRequestHeaders.Authorization = new("Bearer", FleetFixture.DemoKey);
    }

    /// <summary>Ids of requests that were answered to their end.</summary>
    public ConcurrentBag<string> Answered { get; } = [];

    public ConcurrentDictionary<string, int> Outcomes { get; } = new();

    public Task RunAsync(int clients) => Task.WhenAll(Enumerable.Range(0, clients).Select(client => ClientAsync(new Random(client))));

    public void Dispose() => _http.Dispose();

    private async Task ClientAsync(Random random)
    {
        while (Interlocked.Increment(ref _asked) is var number && number <= _requests)
        {
            // A refusal is final; what was cut off or had no ledger is asked for again, in any region.
            for (var tries = 0; tries < TriesMax; tries++)
            {
                var outcome = await AskAsync(_edges[random.Next(_edges.Length)], number);
                Outcomes.AddOrUpdate(outcome, 1, static (_, count) => count + 1);
                if (outcome is nameof(HttpStatusCode.OK) or nameof(HttpStatusCode.TooManyRequests))
                {
                    break;
                }

                await Task.Delay(Between);
            }
        }
    }

    private async Task<string> AskAsync(Uri edge, int number)
    {
        try
        {
            using var response = await _http.PostAsJsonAsync(new Uri(edge, "/v1/chat/completions"), new { model = "fast", max_tokens = 16, messages = new[] { new { role = "user", content = $"number {number}" } } });
            await response.Content.ReadAsByteArrayAsync();
            if (response.StatusCode == HttpStatusCode.OK)
            {
                Answered.Add(response.Headers.GetValues("x-request-id").Single());
            }

            return response.StatusCode.ToString();
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            return "cut off";
        }
    }
}
