using System.Globalization;

namespace GlobalGateway.Faults.Dark;

/// <summary>Times of an outage.</summary>
public enum Phase
{
    Before,
    Dark,
    After,
}

/// <summary>Counts what clients ask, what their libraries send, and what the edge does about it, by phase.</summary>
public sealed class Tally(string darkProvider) : DelegatingHandler(new SocketsHttpHandler { UseProxy = false })
{
    private readonly int[] _asked = new int[3];
    private readonly int[] _sent = new int[3];
    private readonly int[] _calls = new int[3];
    private readonly int[] _byDark = new int[3];
    private readonly int[] _failed = new int[3];
    private long _backAt;

    public Phase Phase { get; set; }

    /// <summary>Requests of users.</summary>
    public int Asked(Phase phase) => _asked[(int)phase];

    public int Failed => _failed.Sum();

    /// <summary>Requests that a library sent for one of a user.</summary>
    public double SentPerAsked(Phase phase) => (double)_sent[(int)phase] / _asked[(int)phase];

    /// <summary>Calls of the edge for one request of a user.</summary>
    public double CallsPerAsked(Phase phase) => (double)_calls[(int)phase] / _asked[(int)phase];

    /// <summary>Share of the answers that the provider in question gave.</summary>
    public double DarkShare(Phase phase) => (double)_byDark[(int)phase] / _asked[(int)phase];

    /// <summary>When the provider first answered in the last phase, a <see cref="TimeProvider"/> timestamp; 0 when it has not.</summary>
    public long BackAt => Volatile.Read(ref _backAt);

    /// <summary>Why the first request failed that did.</summary>
    public string? FirstFailure { get; private set; }

    public async Task AskAsync(Func<Task<string?>> ask)
    {
        var phase = (int)Phase;
        Interlocked.Increment(ref _asked[phase]);
        string? wrong;
        try
        {
            wrong = await ask();
        }
#pragma warning disable CA1031 // Whatever a library throws is a failure of its request.
        catch (Exception e)
#pragma warning restore CA1031
        {
            wrong = e.ToString();
        }

        if (wrong is not null)
        {
            Interlocked.Increment(ref _failed[phase]);
            FirstFailure ??= wrong;
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var phase = (int)Phase;
        Interlocked.Increment(ref _sent[phase]);
        var response = await base.SendAsync(request, cancellationToken);
        if (response.Headers.TryGetValues("x-gateway-attempts", out var calls))
        {
            Interlocked.Add(ref _calls[phase], int.Parse(calls.First(), CultureInfo.InvariantCulture));
        }

        if (response.IsSuccessStatusCode && response.Headers.TryGetValues("x-gateway-provider", out var target) && target.First().StartsWith(darkProvider, StringComparison.Ordinal))
        {
            Interlocked.Increment(ref _byDark[phase]);
            if (phase == (int)Phase.After)
            {
                Interlocked.CompareExchange(ref _backAt, TimeProvider.System.GetTimestamp(), 0);
            }
        }

        return response;
    }
}
