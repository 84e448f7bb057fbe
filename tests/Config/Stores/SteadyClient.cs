using System.Collections.Concurrent;
using System.Net.Http.Json;
using GlobalGateway.Testing.Fleets;
using Shouldly;

namespace GlobalGateway.Config.Stores;

/// <summary>Asks every edge all the time and watches what each serves: no request fails, no edge goes back, none serves what nobody saved.</summary>
internal sealed class SteadyClient : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);

    private const int AnsweredMin = 20;

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly StoreFleet _fleet;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(20) };
    private readonly Task _asking;
    private int _answered;

    public SteadyClient(StoreFleet fleet)
    {
        _fleet = fleet;
        _http.DefaultRequestHeaders.Authorization = new("Bearer", FleetFixture.DemoKey);
        _asking = Task.WhenAll(StoreFleet.Regions.Select(AskAsync));
    }

    public int Answered => Volatile.Read(ref _answered);

    public async Task EndAsync()
    {
        while (Answered < AnsweredMin && _failures.IsEmpty)
        {
            await Task.Delay(Pause);
        }

        await _stop.CancelAsync();
        await _asking;
        _failures.ShouldBeEmpty();
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
                var (revision, sequence) = await _fleet.ServedAsync(region);
                if (sequence < highest)
                {
                    _failures.Enqueue($"{region} went from {highest} back to {sequence}");
                }

                if (!_fleet.IsSaved(revision))
                {
                    _failures.Enqueue($"{region} serves {revision}, which is no whole content that was ever saved");
                }

                highest = Math.Max(highest, sequence);
            }
            catch (Exception problem) when (problem is HttpRequestException or TaskCanceledException)
            {
                _failures.Enqueue($"{region}: {problem.Message}");
            }

            await Task.Delay(Pause);
        }
    }
}
