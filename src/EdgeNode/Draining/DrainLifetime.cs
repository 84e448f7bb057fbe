using System.Runtime.InteropServices;
using GlobalGateway.EdgeNode.Hosting;

namespace GlobalGateway.EdgeNode.Draining;

/// <summary>
/// On SIGTERM: unready at once, serving on for the drain delay so that load balancers can notice, then the listener closes
/// and streams get the drain time-out. A second signal stops without delay. Takes the place of the host's own lifetime,
/// which would close the listener at once.
/// </summary>
public sealed partial class DrainLifetime(
    DrainState state, EdgeTimings timings, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<DrainLifetime> logger) : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> _signals = [];

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal));
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        foreach (var signal in _signals)
        {
            signal.Dispose();
        }
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (state.IsDraining)
        {
            lifetime.StopApplication();
            return;
        }

        state.Begin();
        LogDraining(timings.DrainDelay, timings.DrainTimeout);
        _ = StopAfterDelayAsync();
    }

    private async Task StopAfterDelayAsync()
    {
        await Task.Delay(timings.DrainDelay, clock);
        lifetime.StopApplication();
    }

    [LoggerMessage(Level = LogLevel.Information, EventName = "draining", Message = "going down: serving new requests for {Delay}, then streams for up to {Timeout}")]
    private partial void LogDraining(TimeSpan delay, TimeSpan timeout);
}
