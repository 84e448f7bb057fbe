using System.Diagnostics;

namespace GlobalGateway.EdgeNode.Attempts;

/// <summary>Cancels an attempt when its present phase takes too long, its deadline passes or the client goes; knows which.</summary>
public sealed class Watchdog : IDisposable
{
    private readonly CancellationToken _client;
    private readonly CancellationToken _race;
    private readonly long _deadline;
    private long _clientDeadline;
    private readonly CancellationTokenSource _source;
    private AttemptOutcome _phase = AttemptOutcome.TimeoutTotal;

    /// <param name="deadline">The target's, as a <see cref="Stopwatch"/> timestamp; <see cref="long.MaxValue"/> for none.</param>
    /// <param name="clientDeadline">The client's, likewise.</param>
    /// <param name="race">Cancelled when another call for the same request has answered.</param>
    public Watchdog(long deadline, long clientDeadline, CancellationToken client, CancellationToken race = default)
    {
        _client = client;
        _race = race;
        _deadline = deadline;
        _clientDeadline = clientDeadline;
        _source = race.CanBeCanceled ? CancellationTokenSource.CreateLinkedTokenSource(client, race)
            : client.CanBeCanceled ? CancellationTokenSource.CreateLinkedTokenSource(client) : new CancellationTokenSource();
    }

    public CancellationToken Token => _source.Token;

    /// <summary>Starts a phase; zero means no limit but the deadline.</summary>
    public void Arm(AttemptOutcome phase, TimeSpan limit)
    {
        _phase = phase;
        Shorten(AttemptOutcome.TimeoutTotal, _deadline, ref limit);
        Shorten(AttemptOutcome.ClientDeadline, _clientDeadline, ref limit);
        _source.CancelAfter(limit == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : limit);
    }

    /// <summary>A client's time-out is about the beginning of a stream, not about its length.</summary>
    public void Committed() => _clientDeadline = long.MaxValue;

    /// <summary>Stops the clock while the client, not the provider, is slow.</summary>
    public void Pause() => _source.CancelAfter(Timeout.InfiniteTimeSpan);

    /// <summary>Why the token was cancelled.</summary>
    public AttemptOutcome Reason => _client.IsCancellationRequested ? AttemptOutcome.ClientGone
        : _race.IsCancellationRequested ? AttemptOutcome.Superseded : _phase;

    public void Dispose() => _source.Dispose();

    private void Shorten(AttemptOutcome phase, long deadline, ref TimeSpan limit)
    {
        if (deadline == long.MaxValue)
        {
            return;
        }

        var left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), deadline);
        if (limit == TimeSpan.Zero || left < limit)
        {
            _phase = phase;
            limit = left > TimeSpan.FromMilliseconds(1) ? left : TimeSpan.FromMilliseconds(1);
        }
    }
}
