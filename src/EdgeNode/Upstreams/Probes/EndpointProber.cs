using GlobalGateway.EdgeNode.Routing;
using GlobalGateway.EdgeNode.Snapshots;

namespace GlobalGateway.EdgeNode.Upstreams.Probes;

/// <summary>Asks endpoints without traffic whether they are alive, so that a dead one is not found out by a client and a recovered one is used again soon.</summary>
public sealed partial class EndpointProber(SnapshotStore snapshots, TimeProvider clock, ILogger<EndpointProber> logger) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private Dictionary<string, ProbedEndpoint> _endpoints = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                // Not waited for: a silent endpoint must not hold up the others. Each has at most one question under way.
                _ = RunAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The edge stops.
        }
    }

    /// <summary>Asks every endpoint whose time has come.</summary>
    public Task ProbeAllAsync(CancellationToken cancellation)
    {
        if (snapshots.Current is not { } snapshot)
        {
            return Task.CompletedTask;
        }

        var known = new Dictionary<string, ProbedEndpoint>();
        var probes = new List<Task>();
        foreach (var targets in TargetsByEndpoint(snapshot))
        {
            var list = targets.ToList();
            var probe = list[0].Provider.Resource.Health!;
            var endpoint = known[targets.Key] = _endpoints.GetValueOrDefault(targets.Key) ?? new ProbedEndpoint(probe, clock);
            probes.Add(endpoint.ProbeAsync(probe, list, cancellation));
        }

        _endpoints = known;
        return Task.WhenAll(probes);
    }

    private async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            await ProbeAllAsync(cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            LogFailed(e);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, EventName = "probe_failed", Message = "probing failed")]
    private partial void LogFailed(Exception exception);

    private static IEnumerable<IGrouping<string, ModelEndpoint>> TargetsByEndpoint(GatewaySnapshot snapshot) =>
        snapshot.Models.Values.Distinct()
            .SelectMany(m => m.Near.Concat(m.Far))
            .Where(t => t.Provider.Resource.Health is not null && t.Provider.CanCall(t.Endpoint))
            .GroupBy(t => $"{t.Provider.Name}/{t.Endpoint.Name}/{t.Endpoint.Url}", StringComparer.Ordinal);
}
