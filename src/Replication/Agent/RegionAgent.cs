using GlobalGateway.Replication.Edge;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Replication.Agent;

/// <summary>
/// Does a region's part for every configured budget: allocates and opens periods ahead of need, answers other regions' demand, closes
/// what is sealed and what has ended. Each pass is bounded; what is most recently active comes first.
/// </summary>
public sealed class RegionAgent
{
    /// <summary>Accounts gone through in one pass.</summary>
    public const int AccountsPerPass = 512;

    /// <summary>A period is opened so long before it begins, or a tenth of its predecessor's length if that is less.</summary>
    internal static readonly TimeSpan AheadMax = TimeSpan.FromHours(1);

    /// <summary>How long an asking region waits at most; it asks again if it still needs.</summary>
    private static readonly TimeSpan AnswersFor = TimeSpan.FromSeconds(2);

    private readonly EdgeQuota _quota;
    private readonly AccountDuties _duties;
    private readonly AllocationDuty _allocations;
    private readonly Dictionary<string, long> _begun = [];
    private readonly Dictionary<AccountPeriod, DateTimeOffset> _asked = [];
    private long _demand = -1;
    private int _at;
    private int _accountsAt;

    public RegionAgent(EdgeQuota quota)
    {
        _quota = quota;
        _duties = new AccountDuties(quota.Store, quota.Steps);
        _allocations = new AllocationDuty(quota.Periods, quota.Store, quota.Steps);
    }

    /// <summary>Answers what other regions asked for since the last call.</summary>
    public async ValueTask<int> AnswerDemandAsync(CancellationToken cancel)
    {
        var page = await _quota.Store.ReadDemandHintsAsync(_demand, cancel);
        _demand = page.Next;
        var until = _quota.Clock.GetUtcNow() + AnswersFor;
        foreach (var key in page.Hints.Distinct())
        {
            if (_quota.Find(key.Budget) is { } budget && _asked.Count < AccountsPerPass)
            {
                var account = await _quota.Periods.OpenAsync(budget.Spec, key.Period, cancel);
                await ReadReceiptsAsync(account, cancel);
                _asked[account] = until;
            }
        }

        // Calling rights back takes a few turns: whoever asked is answered until then.
        foreach (var (account, ends) in _asked.ToArray())
        {
            if (_quota.Clock.GetUtcNow() >= ends)
            {
                _asked.Remove(account);
                continue;
            }

            await PassAsync(account, answersDemand: true, cancel);
        }

        return page.Hints.Count;
    }

    // What other regions gave since this one last asked can be given on, though nobody here needs it.
    private async ValueTask ReadReceiptsAsync(AccountPeriod account, CancellationToken cancel)
    {
        await account.Gate.WaitAsync(cancel);
        try
        {
            foreach (var region in _quota.Periods.Regions.Where(region => region != account.Log.Region))
            {
                await account.Receipts.ReadAsync(_quota.Store, region, (await _quota.Store.ReadGenerationAsync(region, cancel)).Number, cancel);
            }
        }
        catch (Exception problem) when (problem is LedgerUnavailableException or LedgerCorruptException)
        {
            // A region that cannot be read has given nothing that is known; what is known may be given on.
        }
        finally
        {
            account.Gate.Release();
        }
    }

    /// <summary>Goes through the next budgets and the accounts that are followed already.</summary>
    public async ValueTask PassAsync(CancellationToken cancel)
    {
        var budgets = _quota.Budgets;
        var now = _quota.Clock.GetUtcNow();
        foreach (var budget in budgets.Skip(_at).Take(AccountsPerPass))
        {
            await KeepAsync(budget.Spec, now, cancel);
        }

        _at = _at + AccountsPerPass >= budgets.Count ? 0 : _at + AccountsPerPass;
        await PassAsync(_quota.Periods.All, now.ToUnixTimeSeconds(), cancel);
    }

    // Those that wait for the agent every time; of the others some, so that a pass stays short however many there are.
    private async ValueTask PassAsync(ICollection<AccountPeriod> accounts, long now, CancellationToken cancel)
    {
        var (from, at) = (_accountsAt >= accounts.Count ? 0 : _accountsAt, 0);
        foreach (var account in accounts)
        {
            var turn = at >= from && at < from + AccountsPerPass && (!account.HasView || account.View.Log.Epochs.Count > 0 || account.Ends < now);
            at++;
            if (turn || account.IsPending)
            {
                await PassAsync(account, answersDemand: false, cancel);
            }
        }

        _accountsAt = from + AccountsPerPass;
    }

    private async ValueTask KeepAsync(BudgetSpec budget, DateTimeOffset now, CancellationToken cancel)
    {
        var period = budget.Calendar.PeriodOf(now);
        if (!_begun.TryGetValue(budget.Id, out var begun) || begun != period)
        {
            // The period before is brought to its end, whoever of this region opened it.
            _begun[budget.Id] = period;
            await PassAsync(await _quota.Periods.FollowAsync(budget, budget.Calendar.PeriodOf(DateTimeOffset.FromUnixTimeSeconds(period - 1)), cancel), answersDemand: false, cancel);
        }

        var ends = DateTimeOffset.FromUnixTimeSeconds(budget.Calendar.Next(period));
        await _allocations.KeepAsync(budget, period, cancel);
        var length = ends - DateTimeOffset.FromUnixTimeSeconds(period);
        if (ends - now < (length / 10 < AheadMax ? length / 10 : AheadMax))
        {
            await _allocations.KeepAsync(budget, budget.Calendar.Next(period), cancel);
        }
    }

    private async ValueTask PassAsync(AccountPeriod account, bool answersDemand, CancellationToken cancel)
    {
        if (!await account.Gate.WaitAsync(TimeSpan.Zero, cancel))
        {
            // Rights are being fetched for it right now, which does the same steps.
            await account.Gate.WaitAsync(cancel);
        }

        try
        {
            // Before the log is read: a seal that is heard of meanwhile is looked at in the next pass.
            account.IsPending = false;
            if (account.Allocations.Count == 0)
            {
                // Rows that come later are taken where they are looked for, budget by budget.
                account.Allocate([.. await _quota.Store.ReadAllocationsAsync(account.Log.Account.Budget, cancel)]);
            }

            await _duties.PassAsync(account.View, account.Allocations, account.WithRights, answersDemand, account.Ends, _quota.Clock.GetUtcNow(), cancel);
            var log = account.View.Log;
            account.IsPending |= log.Epochs.Any(epoch => epoch.Closed is not null || epoch.Epoch <= log.Sealed);
            if (_quota.Clock.GetUtcNow().ToUnixTimeSeconds() > account.Ends && account.View.Log.Epochs.Count == 0 && (account.Holding is null || _quota.Book.Forget(account.Holding)))
            {
                _quota.Periods.Forget(account);
            }
        }
        finally
        {
            _quota.Periods.Rest(account);
            account.Gate.Release();
        }
    }
}
