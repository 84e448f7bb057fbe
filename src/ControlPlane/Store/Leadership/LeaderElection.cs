using System.Globalization;
using System.Text;

namespace GlobalGateway.ControlPlane.Store.Leadership;

/// <summary>
/// Campaigns for the leader key of a founded store and, while it holds it, runs what only the leader does.
/// Invariants: no two terms of this process overlap; a term's duties have ended before the next campaign; nothing is written but by the
/// term's own fence.
/// </summary>
public sealed partial class LeaderElection(
    IKeyValueStore store,
    FleetKeys keys,
    StoreMirror mirror,
    PlaneIdentity plane,
    LeadershipTimes times,
    IEnumerable<ILeaderDuty> duties,
    TimeProvider clock,
    ILogger<LeaderElection> log) : BackgroundService
{
    private static readonly TimeSpan DutiesAreLateAfter = TimeSpan.FromSeconds(10);

    private readonly ILeaderDuty[] _duties = [.. duties];
    private volatile LeaderTerm? _term;

    /// <summary>Whether this process leads, as far as it can tell.</summary>
    public bool Leads => _term is { Ended.IsCancellationRequested: false } term && term.Left > TimeSpan.Zero;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failures = 0;
        try
        {
            while (true)
            {
                var founded = await VacancyAsync(failures, stoppingToken);
                try
                {
                    failures = await CampaignAsync(founded, stoppingToken) ? 0 : failures + 1;
                }
                catch (StoreException problem)
                {
                    failures++;
                    CampaignFailed(problem.Message);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The control plane stops.
        }
    }

    // The fleet's founding, once it is there and nobody leads, and after a wait that is another in every process.
    private async Task<StoreEntry> VacancyAsync(int failures, CancellationToken stopping)
    {
        var alone = true;
        while (true)
        {
            var state = mirror.Current;
            if (state.Find(keys.Founding) is not { } founding || state.Find(keys.Leader) is not null)
            {
                alone &= state.Find(keys.Leader) is null;
                await mirror.ChangedAsync(state, stopping);
                continue;
            }

            var wait = failures > 0 ? Backoff(failures) : alone ? TimeSpan.Zero : times.CampaignWithin;
            await Task.Delay(wait * Random.Shared.NextDouble(), clock, stopping);
            if (mirror.Current.Find(keys.Leader) is null && mirror.Current.Find(keys.Founding) is not null)
            {
                return founding;
            }
        }
    }

    private TimeSpan Backoff(int failures)
    {
        var doubled = times.RetryFrom * Math.Pow(2, Math.Min(failures - 1, 10));
        return doubled < times.RetryMax ? doubled : times.RetryMax;
    }

    /// <returns>Whether it led, and no duty failed; else the next campaign waits longer.</returns>
    private async Task<bool> CampaignAsync(StoreEntry founding, CancellationToken stopping)
    {
        var sentAt = clock.GetTimestamp();
        var lease = await store.GrantLeaseAsync(times.Lease, stopping);
        try
        {
            var record = LeaderRecord.Of(plane);
            var won = await store.CommitAsync(
                new StoreTransaction(
                    [StoreCondition.Absent(keys.Leader), new StoreCondition.CreatedAt(keys.Founding, founding.CreateRevision)],
                    [new StoreWrite.Put(keys.Leader, record.ToBytes(), lease)]),
                stopping);
            if (!won.Applied)
            {
                return false;
            }

            using var term = new LeaderTerm(store, keys, clock, times, record, lease, won.Revision, sentAt, stopping);
            return await LeadAsync(term, stopping);
        }
        finally
        {
            await ReleaseAsync(lease);
        }
    }

    private async Task<bool> LeadAsync(LeaderTerm term, CancellationToken stopping)
    {
        Leading(plane.Name, term.Created);
        _term = term;
        Task[] own = [KeepAsync(term), HeartbeatAsync(term), WatchAsync(term)];
        var running = Task.WhenAll(_duties.Select(duty => RunAsync(duty, term)));
        await Task.Delay(Timeout.InfiniteTimeSpan, term.Ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _term = null;
        while (await Task.WhenAny(running, Task.Delay(DutiesAreLateAfter, clock, CancellationToken.None)) != running)
        {
            DutiesAreLate();
        }

        await Task.WhenAll(own);
        if (!stopping.IsCancellationRequested)
        {
            NotLeading(plane.Name, term.Why ?? "");
        }

        return (await running).All(well => well);
    }

    // An exception of a duty ends the term for all of them: half a leader is worse than none.
    private async Task<bool> RunAsync(ILeaderDuty duty, LeaderTerm term)
    {
        try
        {
            await Task.Run(() => duty.RunAsync(term), CancellationToken.None);
            return true;
        }
        catch (Exception problem) when (term.Ended.IsCancellationRequested && problem is OperationCanceledException or LeadershipLostException)
        {
            return true;
        }
        catch (Exception problem)
        {
            DutyFailed(duty.GetType().Name, problem);
            term.End($"{duty.GetType().Name} failed: {problem.Message}");
            return false;
        }
    }

    private Task KeepAsync(LeaderTerm term) => WhileLeadingAsync(term, times.KeepEvery, async ended =>
    {
        var sentAt = clock.GetTimestamp();
        if (await store.KeepLeaseAsync(term.Lease, ended))
        {
            term.Kept(sentAt);
        }
        else
        {
            term.End("its lease has run out");
        }
    });

    // Under the leader's lease: it is of no use without a leader, and need not survive anything.
    private Task HeartbeatAsync(LeaderTerm term)
    {
        var beat = 0L;
        return WhileLeadingAsync(term, times.HeartbeatEvery, ended => term.CommitAsync(
            [], [new StoreWrite.Put(keys.Heartbeat, Encoding.ASCII.GetBytes((++beat).ToString(CultureInfo.InvariantCulture)), term.Lease)], ended));
    }

    private async Task WhileLeadingAsync(LeaderTerm term, TimeSpan every, Func<CancellationToken, Task> turn)
    {
        try
        {
            while (true)
            {
                var left = term.Left;
                if (left <= TimeSpan.Zero)
                {
                    term.End(LeaderTerm.NotKept);
                }

                using var turnEnds = CancellationTokenSource.CreateLinkedTokenSource(term.Ended);
                turnEnds.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
                try
                {
                    await turn(turnEnds.Token);
                }
                catch (StoreException)
                {
                    // No answer is no end: the deadline is.
                }
                catch (OperationCanceledException) when (!term.Ended.IsCancellationRequested)
                {
                    continue;
                }

                await Task.Delay(term.Left < every && term.Left > TimeSpan.Zero ? term.Left : every, clock, term.Ended);
            }
        }
        catch (Exception problem) when (problem is OperationCanceledException or LeadershipLostException)
        {
            // The term is over.
        }
    }

    // The mirror may be behind: it counts once it has shown this term's key.
    private async Task WatchAsync(LeaderTerm term)
    {
        try
        {
            var (shown, revision, beat) = (false, 0L, 0L);
            for (var state = mirror.Current; ; state = await mirror.ChangedAsync(state, term.Ended))
            {
                var leads = term.Leads(state.Find(keys.Leader));
                var beatShown = state.Find(keys.Heartbeat)?.ModRevision ?? 0;
                if (shown && !leads)
                {
                    term.End("the leader key is another's");
                }
                else if (shown && (state.Revision < revision || beatShown < beat))
                {
                    term.End(LeaderTerm.SetBack);
                }

                (shown, revision, beat) = (shown || leads, state.Revision, beatShown);
            }
        }
        catch (OperationCanceledException)
        {
            // The term is over.
        }
    }

    // So that another need not wait for the lease; where the store does not answer, it does.
    private async Task ReleaseAsync(long lease)
    {
        using var patience = new CancellationTokenSource(times.KeepEvery);
        try
        {
            await store.RevokeLeaseAsync(lease, patience.Token);
        }
        catch (Exception problem) when (problem is StoreException or OperationCanceledException)
        {
            NotReleased(problem.Message);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "{Plane} leads since revision {Revision} of the store", EventName = "leading")]
    private partial void Leading(string plane, long revision);

    [LoggerMessage(2, LogLevel.Warning, "{Plane} leads no more: {Why}", EventName = "not leading")]
    private partial void NotLeading(string plane, string why);

    [LoggerMessage(3, LogLevel.Warning, "no campaign for leadership: {Why}", EventName = "campaign failed")]
    private partial void CampaignFailed(string why);

    [LoggerMessage(4, LogLevel.Error, "{Duty} ended the term", EventName = "duty failed")]
    private partial void DutyFailed(string duty, Exception problem);

    [LoggerMessage(5, LogLevel.Error, "the term is over and a duty still runs; there is no campaign until it ends", EventName = "duty is late")]
    private partial void DutiesAreLate();

    [LoggerMessage(6, LogLevel.Warning, "the lease runs out by itself: {Why}", EventName = "not released")]
    private partial void NotReleased(string why);
}
