using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using Shouldly;

namespace GlobalGateway.Config.Edges;

/// <summary>Presents a leaked key at every edge all the time and keeps what each answered when; no answer at all is none.</summary>
internal sealed class LeakedKeyClient : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private readonly EdgeFleet _fleet;
    private readonly ConcurrentQueue<(string Edge, HttpStatusCode Status, long AskedAt, long At)> _answers = new();
    private readonly Task _asking;

    public LeakedKeyClient(EdgeFleet fleet)
    {
        _fleet = fleet;
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", EdgeFleet.LeakedKey);
        _asking = Task.WhenAll(EdgeFleet.Edges.Select(AskAsync));
    }

    /// <summary>Waits until every edge has given this answer to a request that began after a moment.</summary>
    /// <returns>When the last of them did.</returns>
    public async Task<long> UntilEachAnswersAsync(HttpStatusCode status, long after)
    {
        for (var began = Stopwatch.GetTimestamp(); ; await Task.Delay(Pause))
        {
            var first = EdgeFleet.Edges.Select(edge => _answers.FirstOrDefault(answer => answer.Edge == edge && answer.Status == status && answer.AskedAt >= after).At).ToList();
            if (!first.Contains(0))
            {
                return first.Max();
            }

            Stopwatch.GetElapsedTime(began).ShouldBeLessThan(Patience, $"{status} of every edge");
        }
    }

    /// <summary>Edges that let the key in on a request that began after a moment.</summary>
    public IEnumerable<string> LetInAfter(long moment) => _answers.Where(answer => answer.AskedAt >= moment && answer.Status == HttpStatusCode.OK).Select(answer => answer.Edge).Distinct();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _asking;
        _http.Dispose();
        _stop.Dispose();
    }

    private async Task AskAsync(string edge)
    {
        while (!_stop.IsCancellationRequested)
        {
            var asked = Stopwatch.GetTimestamp();
            try
            {
                using var response = await _http.GetAsync(_fleet.Client(edge, "/v1/models"));
                _answers.Enqueue((edge, response.StatusCode, asked, Stopwatch.GetTimestamp()));
            }
            catch (HttpRequestException)
            {
                // It is being restarted.
            }

            await Task.Delay(Pause);
        }
    }
}
