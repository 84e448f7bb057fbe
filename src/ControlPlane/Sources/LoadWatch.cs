using GlobalGateway.ControlPlane.Distribution;

namespace GlobalGateway.ControlPlane.Sources;

/// <summary>Remembers the busiest traffic of the whole fleet in the last hour, from what edges count.</summary>
public sealed class LoadWatch(FleetView fleet, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Slot = TimeSpan.FromSeconds(10);
    private const int Slots = 360;

    private readonly Queue<double> _rates = new();
    private Dictionary<string, (string Bundle, string Boot, long Requests)> _last = new(StringComparer.Ordinal);
    private double _peak;

    /// <summary>Requests per second over all regions; 0 while nothing was seen.</summary>
    public double Peak => Volatile.Read(ref _peak);

    /// <summary>Counts a slot: edges count from zero with each bundle and each start.</summary>
    public void Look(TimeSpan since)
    {
        var now = fleet.Edges.Where(edge => edge.Connected && edge.Report.Sample is not null)
            .ToDictionary(edge => edge.Report.Id, edge => (edge.Report.Sample!.Bundle, edge.Report.Boot, edge.Report.Sample.Requests), StringComparer.Ordinal);
        var requests = now.Sum(edge =>
            _last.TryGetValue(edge.Key, out var before) && (before.Bundle, before.Boot) == (edge.Value.Bundle, edge.Value.Boot) ? edge.Value.Requests - before.Requests
            : _last.Count == 0 ? 0 : edge.Value.Requests);
        _last = now;
        _rates.Enqueue(Math.Max(0, requests) / since.TotalSeconds);
        if (_rates.Count > Slots)
        {
            _rates.Dequeue();
        }

        Volatile.Write(ref _peak, _rates.Max());
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Slot, clock);
        var last = clock.GetTimestamp();
        while (await timer.WaitForNextTickAsync(stoppingToken).AsTask().ContinueWith(tick => tick.IsCompletedSuccessfully && tick.Result, TaskScheduler.Default))
        {
            var now = clock.GetTimestamp();
            Look(clock.GetElapsedTime(last, now));
            last = now;
        }
    }
}
