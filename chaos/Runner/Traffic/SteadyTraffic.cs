using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using GlobalGateway.Chaos.Drills;
using GlobalGateway.Chaos.Experiments;

namespace GlobalGateway.Chaos.Traffic;

/// <summary>Sends requests at a steady rate, whatever becomes of them, and counts what came back whole.</summary>
public sealed class SteadyTraffic(TrafficShape shape, IDrillFleet fleet, HttpClient http, string clientKey)
{
    /// <summary>More than this waiting at once counts as a failure each: an outage must not look like a pause.</summary>
    public const int InFlightMax = 512;

    private readonly Lock _gate = new();
    private List<Outcome> _outcomes = [];
    private int _inFlight;
    private int _next;

    /// <summary>Runs until cancelled, then waits for what is in flight.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var running = new HashSet<Task>();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / shape.RequestsPerSecond));
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation))
            {
                running.RemoveWhere(task => task.IsCompleted);
                running.Add(SendAsync(shape.Regions[_next++ % shape.Regions.Count]));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(running);
        }
    }

    /// <summary>What ended since the last call.</summary>
    public TrafficReport Take()
    {
        lock (_gate)
        {
            var report = TrafficReport.Of(_outcomes);
            _outcomes = [];
            return report;
        }
    }

    /// <summary>One request, counted like the others.</summary>
    public async Task SendAsync(string region)
    {
        var started = Stopwatch.GetTimestamp();
        var failure = Interlocked.Increment(ref _inFlight) > InFlightMax ? "too many requests wait for an answer" : await AskAsync(region);
        Interlocked.Decrement(ref _inFlight);
        lock (_gate)
        {
            _outcomes.Add(new Outcome(failure is null ? null : $"{region}: {failure}", Stopwatch.GetElapsedTime(started)));
        }
    }

    /// <returns>What was wrong; null when the answer came whole.</returns>
    private async Task<string?> AskAsync(string region)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(fleet.EdgeAddress(region), "/v1/chat/completions"));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", clientKey);
            request.Content = new StringContent(Body(), Encoding.UTF8, "application/json");
            using var response = await http.SendAsync(request);
            var answer = await response.Content.ReadAsStringAsync();
            return !response.IsSuccessStatusCode ? $"status {(int)response.StatusCode}"
                : shape.Streams && !answer.Contains("data: [DONE]", StringComparison.Ordinal) ? "the stream was cut off"
                : null;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException)
        {
            return e is TaskCanceledException ? "no answer in time" : e.Message;
        }
    }

    private string Body() =>
        $$"""{"model":"{{JsonEncodedText.Encode(shape.Model)}}","messages":[{"role":"user","content":"drill {{_next}}"}],"stream":{{(shape.Streams ? "true" : "false")}}}""";
}

/// <summary>How one request ended.</summary>
public readonly record struct Outcome(string? Failure, TimeSpan Took);
