using GlobalGateway.Replication.Agent;
using GlobalGateway.Replication.Journal;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Replication.Edge;

/// <summary>
/// What an edge does for its quota beside requests: reports, heeds seals, fetches ahead, sends usage events, frees the journal and,
/// while it is the region's agent, does that too. Each turn goes over a failure of the ledger and tries again at the next.
/// </summary>
public sealed class QuotaWorker(EdgeQuota quota, UsageUploader uploader, IAgentLock agentLock, Action<string, Exception> onProblem)
{
    /// <summary>Accounts whose open epochs are reported in one turn.</summary>
    public const int UnfencedMax = 256;

    /// <summary>Rows on their way to the ledger at a time.</summary>
    private const int ReportsAtOnce = 16;

    /// <summary>How often everything else is done.</summary>
    public static readonly TimeSpan TurnEvery = TimeSpan.FromSeconds(1);

    /// <summary>Unfenced rows are reported at least so often.</summary>
    public static readonly TimeSpan ReportEvery = TimeSpan.FromSeconds(3);

    private readonly BookCheckpoint _checkpoint = new(quota.Book);
    private readonly RegionAgent _agent = new(quota);
    private long _seals = -1;
    private volatile bool _wasAway;

    /// <summary>Runs until cancelled.</summary>
    public Task RunAsync(CancellationToken cancel) => Task.WhenAll(
        EveryAsync(quota.Options.HintsEvery, "heeding seals", HeedSealsAsync, cancel),
        EveryAsync(quota.Options.HintsEvery, "answering demand", AnswerAsync, cancel),
        EveryAsync(TurnEvery, "reporting", ReportAsync, cancel),
        EveryAsync(TurnEvery, "sending usage events", UploadAsync, cancel),
        EveryAsync(TurnEvery, "agent", AgentAsync, cancel));

    /// <summary>Everything of one second, once: for whoever keeps the time himself.</summary>
    /// <exception cref="LedgerUnavailableException">The turn ended there.</exception>
    internal async ValueTask TurnAsync(CancellationToken cancel = default)
    {
        await HeedSealsAsync(cancel);
        await AnswerAsync(cancel);
        await ReportAsync(cancel);
        await UploadAsync(cancel);
        await AgentAsync(cancel);
    }

    /// <summary>Before the process ends: gives up what is held and reports everything.</summary>
    /// <exception cref="LedgerUnavailableException">The next incarnation reports the rest from the journal.</exception>
    public async ValueTask EndAsync(CancellationToken cancel)
    {
        await ForEachAsync(quota.Periods.All, async (account, stop) =>
        {
            if (account.Holding is { } holding)
            {
                quota.Book.Fence(holding, int.MaxValue);
                await quota.Reporter.ReportAsync(holding, account.Log, cancel: stop);
            }
        }, cancel);
        await SpeakForInheritedAsync(cancel);
        while (await uploader.UploadAsync(cancel) > 0)
        {
        }
    }

    private async ValueTask HeedSealsAsync(CancellationToken cancel)
    {
        var page = await quota.Store.ReadSealsAsync(_seals, cancel);
        _seals = page.Next;
        foreach (var hint in page.Hints)
        {
            if (quota.Periods.Find(hint.Log) is { } account)
            {
                account.IsPending = true;
            }

            if (quota.Periods.Find(hint.Log)?.Holding is { } holding)
            {
                quota.Book.Fence(holding, hint.Sealed);
                await quota.Reporter.ReportAsync(holding, hint.Log, fencedOnly: true, cancel);
            }

        }
    }

    private async ValueTask ReportAsync(CancellationToken cancel)
    {
        var now = quota.Clock.GetTimestamp();
        if (_wasAway)
        {
            // Asked first whether it is back: a row that is due again must not be forgotten because the report failed.
            await quota.Store.ReadGenerationAsync(quota.Options.Region, cancel);
            _wasAway = false;
            quota.Book.ReportAgain();
        }

        var reports = new List<(Holding Holding, LogKey Log, IReadOnlyList<UsedRow> Rows)>();
        var unfenced = 0;
        foreach (var account in quota.Periods.All)
        {
            if (account.Holding is not { } holding)
            {
                continue;
            }

            // What is used of an open epoch changes nothing that anybody decides: many accounts take turns.
            var due = now >= account.ReportAt && unfenced < UnfencedMax;
            if (quota.Reporter.Collect(holding, fencedOnly: !due) is { Count: > 0 } rows)
            {
                reports.Add((holding, account.Log, rows));
                unfenced += due ? 1 : 0;
            }

            if (due)
            {
                account.ReportAt = now + (long)(ReportEvery.TotalSeconds * (0.75 + Random.Shared.NextDouble() / 2) * quota.Clock.TimestampFrequency);
            }

            await FetchAheadAsync(account, holding, cancel);
        }

        await ForEachAsync(reports, (report, stop) => quota.Reporter.SendAsync(report.Holding, report.Log, report.Rows, stop), cancel);
        await SpeakForInheritedAsync(cancel);
    }

    private async ValueTask FetchAheadAsync(AccountPeriod account, Holding holding, CancellationToken cancel)
    {
        var expected = account.Rate.Expected(holding.Settled, quota.Clock);
        if (expected.IsZero)
        {
            return;
        }

        await OpenAheadAsync(account, cancel);
        if (!(expected / 3).FitsIn(quota.Book.HeldOf(holding)) && account.Ends > quota.Clock.GetUtcNow().ToUnixTimeSeconds())
        {
            _ = quota.RefillAsync(account, default, cancel);
        }
    }

    // Only accounts that are being spent from: the others' first request opens its period itself.
    private async ValueTask OpenAheadAsync(AccountPeriod account, CancellationToken cancel)
    {
        if (account.OpensNextAt == 0)
        {
            var window = Math.Min((account.Ends - account.Log.Account.Period) / 10, (long)RegionAgent.AheadMax.TotalSeconds);
            account.OpensNextAt = account.Ends - 1 - (long)(Random.Shared.NextDouble() * window);
        }

        if (quota.Clock.GetUtcNow().ToUnixTimeSeconds() >= account.OpensNextAt && quota.Find(account.Log.Account.Budget) is { } budget)
        {
            account.OpensNextAt = long.MaxValue;
            await quota.OpenNextAsync(budget.Spec, account, cancel);
        }
    }

    // Earlier incarnations of this edge: nobody else can say what they used.
    private async ValueTask SpeakForInheritedAsync(CancellationToken cancel)
    {
        var holdings = new List<Holding>();
        quota.Book.CollectInherited(holdings);
        await ForEachAsync(
            holdings,
            async (holding, stop) => await quota.Reporter.ReportAsync(holding, new LogKey(holding.Account, quota.Options.Region, holding.Generation), cancel: stop),
            cancel);
    }

    // A report waits for the disks of other machines: some at a time.
    private static async ValueTask ForEachAsync<T>(ICollection<T> items, Func<T, CancellationToken, ValueTask> report, CancellationToken cancel) =>
        await Parallel.ForEachAsync(items, new ParallelOptions { MaxDegreeOfParallelism = ReportsAtOnce, CancellationToken = cancel }, report);

    private async ValueTask UploadAsync(CancellationToken cancel)
    {
        while (await uploader.UploadAsync(cancel) == UsageUploader.BatchMax)
        {
        }

        await _checkpoint.WriteAsync(uploader.Position, cancel);
    }

    private async ValueTask AnswerAsync(CancellationToken cancel)
    {
        if (await agentLock.HoldAsync(cancel))
        {
            await _agent.AnswerDemandAsync(cancel);
        }
    }

    private async ValueTask AgentAsync(CancellationToken cancel)
    {
        if (await agentLock.HoldAsync(cancel))
        {
            await _agent.PassAsync(cancel);
        }
    }

    private async Task EveryAsync(TimeSpan every, string what, Func<CancellationToken, ValueTask> turn, CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(every, quota.Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(cancel))
            {
                try
                {
                    await turn(cancel);
                }
                catch (Exception problem) when (problem is not OperationCanceledException || !cancel.IsCancellationRequested)
                {
                    // Whatever it is: a part that ended would let the edge serve on without reporting.
                    _wasAway |= problem is LedgerUnavailableException;
                    onProblem(what, problem);
                }
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Asked to stop.
        }
    }
}
