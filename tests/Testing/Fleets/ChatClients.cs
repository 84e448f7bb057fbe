using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;

namespace GlobalGateway.Testing.Fleets;

/// <summary>Clients that ask edges until their requests are answered or refused for good.</summary>
public sealed class ChatClients : IDisposable
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100);

    private readonly Uri[] _edges;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly int _requests;
    private int _asked;

    public ChatClients(int requests, params Uri[] edges)
    {
        (_requests, _edges) = (requests, edges);
        Key = FleetFixture.DemoKey;
    }

    public string Key
    {
        init => _http.DefaultRequestHeaders.Authorization = new("Bearer", value);
    }

    /// <summary>How often a request is made that is cut off, or that nobody can decide on.</summary>
    public int TriesMax { get; init; } = 40;

    /// <summary>How many of the requests were taken up by a client.</summary>
    public int Asked => Math.Min(Volatile.Read(ref _asked), _requests);

    /// <summary>Ids of requests that were answered to their end.</summary>
    public ConcurrentBag<string> Answered { get; } = [];

    /// <summary>What each single try of an answered request took.</summary>
    public ConcurrentBag<TimeSpan> Took { get; } = [];

    public ConcurrentDictionary<string, int> Outcomes { get; } = new();

    public string Describe() => string.Join(", ", Outcomes.OrderBy(outcome => outcome.Key, StringComparer.Ordinal).Select(outcome => $"{outcome.Key} {outcome.Value}"));

    public Task RunAsync(int clients) => RunAsync(clients, Timeout.InfiniteTimeSpan);

    /// <param name="time">After this no request is begun.</param>
    public async Task RunAsync(int clients, TimeSpan time)
    {
        using var over = new CancellationTokenSource(time);
        await Task.WhenAll(Enumerable.Range(0, clients).Select(client => ClientAsync(new Random(client), over.Token)));
    }

    public void Dispose() => _http.Dispose();

    private async Task ClientAsync(Random random, CancellationToken over)
    {
        while (!over.IsCancellationRequested && Interlocked.Increment(ref _asked) is var number && number <= _requests)
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

                await Task.Delay(Between, CancellationToken.None);
            }
        }
    }

    private async Task<string> AskAsync(Uri edge, int number)
    {
        var begun = Stopwatch.GetTimestamp();
        try
        {
            using var response = await _http.PostAsJsonAsync(new Uri(edge, "/v1/chat/completions"), new { model = "fast", max_tokens = 16, messages = new[] { new { role = "user", content = $"number {number}" } } });
            await response.Content.ReadAsByteArrayAsync();
            if (response.StatusCode == HttpStatusCode.OK)
            {
                Took.Add(Stopwatch.GetElapsedTime(begun));
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
