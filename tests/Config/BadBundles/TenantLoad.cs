using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;

namespace GlobalGateway.Config.BadBundles;

/// <summary>Two tenants that ask every edge some thirty times a second each, and remember which edge failed them when.</summary>
internal sealed class TenantLoad : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private readonly BadBundleFleet _fleet;
    private readonly Task _asking;
    private long _answered;

    public TenantLoad(BadBundleFleet fleet)
    {
        _fleet = fleet;
        _asking = Task.WhenAll(
            from edge in BadBundleFleet.Edges from key in (string[])[BadBundleFleet.MostKey, BadBundleFleet.OneOfManyKey] select AskAsync(edge, key));
    }

    public ConcurrentQueue<ClientFailure> Failures { get; } = new();

    public long Answered => Interlocked.Read(ref _answered);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _asking;
        _http.Dispose();
        _stop.Dispose();
    }

    private async Task AskAsync(string edge, string key)
    {
        var address = new Uri($"http://127.0.0.1:{_fleet.Fleet.Process(edge).Plan.Ports[0]}/v1/chat/completions");
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = JsonContent.Create(new { model = "fast", messages = new[] { new { role = "user", content = "hi" } } }) };
                request.Headers.Authorization = new("Bearer", key);
                using var response = await _http.SendAsync(request);
                Interlocked.Increment(ref _answered);
                if (!response.IsSuccessStatusCode)
                {
                    Failures.Enqueue(new ClientFailure(edge, key, $"{(int)response.StatusCode}", Stopwatch.GetTimestamp()));
                }
            }
            catch (HttpRequestException problem)
            {
                Failures.Enqueue(new ClientFailure(edge, key, problem.HttpRequestError.ToString(), Stopwatch.GetTimestamp()));
            }

            await Task.Delay(Pause);
        }
    }
}
