using System.Collections.Concurrent;
using System.Net.Http.Json;
using GlobalGateway.Testing.Fleets;
using Shouldly;

namespace GlobalGateway.Config.Failpoints;

/// <summary>Asks every edge all the time and watches what each serves: no request fails, no edge goes back.</summary>
internal sealed class SteadyClient : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly FailpointFleet _fleet;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(20) };
    private readonly Task _asking;
    private int _answered;

    public SteadyClient(FailpointFleet fleet)
    {
        _fleet = fleet;
        _http.DefaultRequestHeaders.Authorization = new("Bearer", FleetFixture.DemoKey);
        _asking = Task.WhenAll(FailpointFleet.Regions.Select(AskAsync));
    }

    public int Answered => Volatile.Read(ref _answered);

    public async Task EndAsync()
    {
        await _stop.CancelAsync();
        await _asking;
        _failures.ShouldBeEmpty();
        _answered.ShouldBeGreaterThan(50);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _asking;
        _http.Dispose();
        _stop.Dispose();
    }

    private async Task AskAsync(string region)
    {
        var highest = 0L;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var response = await _http.PostAsJsonAsync(new Uri(_fleet.Edge(region), "/v1/chat/completions"), new { model = "fast", messages = new[] { new { role = "user", content = "hi" } } });
                if (!response.IsSuccessStatusCode)
                {
                    _failures.Enqueue($"{region} answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
                }

                Interlocked.Increment(ref _answered);
                var (_, sequence) = await _fleet.ServedAsync(region);
                if (sequence < highest)
                {
                    _failures.Enqueue($"{region} went from {highest} back to {sequence}");
                }

                highest = Math.Max(highest, sequence);
            }
            catch (HttpRequestException problem)
            {
                _failures.Enqueue($"{region}: {problem.Message}");
            }

            await Task.Delay(Pause);
        }
    }
}
