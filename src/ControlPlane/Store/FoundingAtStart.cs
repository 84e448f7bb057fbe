using GlobalGateway.ControlPlane.Hosting;
using GlobalGateway.ControlPlane.Store.Leadership;

namespace GlobalGateway.ControlPlane.Store;

/// <summary>Founds an empty store where the installer asked for it, as soon as the store answers.</summary>
public sealed partial class FoundingAtStart(ControlPlaneOptions options, Founding founding, PlaneIdentity plane, TimeProvider clock, ILogger<FoundingAtStart> log) : BackgroundService
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (options.Initialise && !await TryAsync(stoppingToken))
            {
                await Task.Delay(RetryAfter, clock, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The control plane stops.
        }
    }

    private async Task<bool> TryAsync(CancellationToken stopping)
    {
        try
        {
            if (await founding.ReadAsync(stopping) is null && (await founding.InitialiseAsync(plane.Name, stopping)).Refusal is { } refusal
                && await founding.ReadAsync(stopping) is null)
            {
                NotFounded(refusal);
            }

            return true;
        }
        catch (StoreException)
        {
            return false;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "no fleet was founded: {Why}", EventName = "not founded")]
    private partial void NotFounded(string why);
}
