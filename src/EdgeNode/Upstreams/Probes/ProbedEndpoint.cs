using System.Diagnostics;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Attempts;
using GlobalGateway.EdgeNode.Routing;

namespace GlobalGateway.EdgeNode.Upstreams.Probes;

/// <summary>One endpoint of a provider and what probes have found there; counts outlive configuration changes.</summary>
public sealed class ProbedEndpoint(HealthProbe first, TimeProvider clock)
{
    /// <summary>Failures in a row after which the endpoint's targets are tried last.</summary>
    public const int FailuresMax = 3;

    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(5);

    private long _dueAt = clock.GetTimestamp() + Jittered(first.Every, clock);
    private int _failures;
    private int _probing;

    /// <summary>Asks when it is time and the endpoint's targets have not just answered by themselves; at most one question at once.</summary>
    public async Task ProbeAsync(HealthProbe probe, IReadOnlyList<ModelEndpoint> targets, CancellationToken cancellation)
    {
        var now = clock.GetTimestamp();
        if (now < _dueAt || Interlocked.Exchange(ref _probing, 1) != 0)
        {
            return;
        }

        try
        {
            _dueAt = now + Jittered(probe.Every, clock);
            if (targets.Any(t => t.State.AnsweredSince(now - (long)(probe.Every.TotalSeconds * clock.TimestampFrequency))))
            {
                Learn(alive: true, targets);
                return;
            }

            Learn(await IsAliveAsync(probe, targets[0], cancellation), targets);
        }
        finally
        {
            Volatile.Write(ref _probing, 0);
        }
    }

    private static long Jittered(TimeSpan every, TimeProvider clock) =>
        (long)(every.TotalSeconds * (0.9 + Random.Shared.NextDouble() / 5) * clock.TimestampFrequency);

    private void Learn(bool alive, IReadOnlyList<ModelEndpoint> targets)
    {
        _failures = alive ? 0 : _failures + 1;
        foreach (var target in targets)
        {
            target.State.Suspect = _failures >= FailuresMax;
            if (!alive)
            {
                continue;
            }

            foreach (var breaker in target.Breakers)
            {
                breaker.ProbeSucceeded();
            }
        }
    }

    // Whatever the endpoint says to a probe, one that answers below 500 is alive: a refused probe is a matter of its path or key.
    private static async Task<bool> IsAliveAsync(HealthProbe probe, ModelEndpoint target, CancellationToken cancellation)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        time.CancelAfter(probe.Every < AnswerMax ? probe.Every : AnswerMax);
        using var message = UpstreamRequests.CreateProbe(target, probe.Probe);
        try
        {
            using var response = await target.Provider.Connections.Pooled.SendAsync(message, time.Token);
            return (int)response.StatusCode < 500;
        }
        catch (Exception e) when (e is HttpRequestException or IOException || e is OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            return false;
        }
    }
}
