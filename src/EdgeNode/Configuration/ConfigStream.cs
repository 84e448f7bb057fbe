using GlobalGateway.Contracts.Fleet;
using GlobalGateway.EdgeNode.Hosting;
using GlobalGateway.EdgeNode.Peers;
using GlobalGateway.EdgeNode.Probing;
using GlobalGateway.EdgeNode.Revocations;

namespace GlobalGateway.EdgeNode.Configuration;

/// <summary>Serves from disk at once, then holds one stream to a control plane, of the own region if one answers.</summary>
public sealed partial class ConfigStream(
    EdgeOptions options,
    BundleActivator activator,
    BundleMemory memory,
    RevocationLane revocations,
    EdgeStatements statements,
    ColdStart coldStart,
    ControlPlaneClient client,
    ConfigStatus status,
    SelfProbe probe,
    TimeProvider clock,
    ILogger<ConfigStream> log)
    : BackgroundService
{
    /// <summary>Where no control plane reaches its store, others are not tried more often.</summary>
    private static readonly TimeSpan TryOthersEvery = TimeSpan.FromSeconds(30);

    private bool _passedOver;
    private long _passedOverAt;
    private readonly ReconnectDelay _delay = new(Random.Shared);

    /// <summary>Before the listeners open: with a bundle on disk the first request is already served.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            revocations.StartFromDisk();
            activator.StartFromDisk();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            DiskLost(problem.GetType().Name);
        }

        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            memory.Stop();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            DiskLost(problem.GetType().Name);
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(coldStart.RunAsync(stoppingToken), FollowPlanesAsync(stoppingToken));

    private async Task FollowPlanesAsync(CancellationToken stoppingToken)
    {
        if (options.ControlPlanes.Length == 0)
        {
            return;
        }

        for (var next = 0; !stoppingToken.IsCancellationRequested; next++)
        {
            var controlPlane = new Uri(options.ControlPlanes[next % options.ControlPlanes.Length]);
            try
            {
                await FollowAsync(controlPlane, stoppingToken);
                Left(controlPlane, "it said goodbye");
                status.Lost("the control plane closed the stream");
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception problem)
            {
                // Nothing that goes wrong on this stream may end the edge: it serves on and tries again.
                if (status.Connected)
                {
                    Left(controlPlane, problem.Message);
                }

                status.Lost($"{controlPlane.Authority}: {(problem is FleetSocketException or HttpRequestException ? problem.Message : problem.GetType().Name)}");
            }

            // The list starts over with the own region's control plane after each stream that worked.
            next = _delay.Bound == ReconnectDelay.First && !_passedOver ? -1 : next;
            _passedOver = false;
            await Task.Delay(_delay.Next(), clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task FollowAsync(Uri controlPlane, CancellationToken cancel)
    {
        using var socket = await client.ConnectAsync(controlPlane, cancel);
        var session = new ControlPlaneSession(socket, client.Parts(controlPlane), activator, revocations, statements, status, probe, clock);
        await session.RunAsync(statements.Hello(options.PeerUrl ?? options.PeerListen), message => Heard(controlPlane, message), cancel);
    }

    /// <exception cref="FleetSocketException">It is of no use while it does not reach its store, and another one may.</exception>
    private void Heard(Uri controlPlane, FleetMessage message)
    {
        if (!status.Connected)
        {
            Joined(controlPlane);
        }

        status.Heard(controlPlane.AbsoluteUri);
        _delay.Reset();
        if (message is not PlaneHeartbeat { StoreAgeMs: var age })
        {
            return;
        }

        status.StoreHeard(TimeSpan.FromMilliseconds(age));
        if (status.StoreIsStale && options.ControlPlanes.Length > 1 && (_passedOverAt == 0 || clock.GetElapsedTime(_passedOverAt) > TryOthersEvery))
        {
            (_passedOver, _passedOverAt) = (true, clock.GetTimestamp());
            throw new FleetSocketException($"it has not reached its store for {age / 1000} s");
        }
    }

    [LoggerMessage(1, LogLevel.Information, "follows the control plane {ControlPlane}", EventName = "control plane joined")]
    private partial void Joined(Uri controlPlane);

    [LoggerMessage(2, LogLevel.Warning, "left the control plane {ControlPlane}: {Why}; serving on", EventName = "control plane left")]
    private partial void Left(Uri controlPlane, string why);

    [LoggerMessage(3, LogLevel.Warning, "the data folder cannot be used ({Why}); waiting for a control plane", EventName = "config disk lost")]
    private partial void DiskLost(string why);
}
