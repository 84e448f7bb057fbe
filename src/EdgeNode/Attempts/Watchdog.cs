using System.Diagnostics;

namespace GlobalGateway.EdgeNode.Attempts;

/// <summary>Cancels an attempt when its present phase takes too long, its deadline passes or the client goes; knows which.</summary>
public sealed class Watchdog : IDisposable
{
    private readonly CancellationToken _client;
    private readonly long _deadline;
    private readonly CancellationTokenSource _source;
    private AttemptOutcome _phase = AttemptOutcome.TimeoutTotal;

    /// <param name="deadline">A <see cref="Stopwatch"/> timestamp; <see cref="long.MaxValue"/> for none.</param>
    public Watchdog(long deadline, CancellationToken client)
    {
        _client = client;
        _deadline = deadline;
        _source = client.CanBeCanceled ? CancellationTokenSource.CreateLinkedTokenSource(client) : new CancellationTokenSource();
    }

    public CancellationToken Token => _source.Token;

    /// <summary>Starts a phase; zero means no limit but the deadline.</summary>
    public void Arm(AttemptOutcome phase, TimeSpan limit)
    {
        _phase = phase;
        if (_deadline != long.MaxValue)
        {
            var left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), _deadline);
            if (limit == TimeSpan.Zero || left < limit)
            {
                _phase = AttemptOutcome.TimeoutTotal;
                limit = left > TimeSpan.FromMilliseconds(1) ? left : TimeSpan.FromMilliseconds(1);
            }
        }

        _source.CancelAfter(limit == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : limit);
    }

    /// <summary>Stops the clock while the client, not the provider, is slow.</summary>
    public void Pause() => _source.CancelAfter(Timeout.InfiniteTimeSpan);

    /// <summary>Why the token was cancelled.</summary>
    public AttemptOutcome Reason => _client.IsCancellationRequested ? AttemptOutcome.ClientGone : _phase;

    public void Dispose() => _source.Dispose();
}
