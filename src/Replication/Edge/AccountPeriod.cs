using GlobalGateway.Replication.Accounts;
using GlobalGateway.Replication.Ledger;

namespace GlobalGateway.Replication.Edge;

/// <summary>One budget in one period at one edge: the copy of its region's log, and the rights held.</summary>
/// <param name="withRights">Whether the log takes the region's share: see <see cref="Stores.RegionGeneration.HasRights"/>.</param>
internal sealed class AccountPeriod(LogKey log, long ends, bool withRights)
{
    private WaitingWishes? _waiting;
    private Task<RightsRoundResult>? _round;
    private AccountView? _view;
    private TransferReceipts? _receipts;
    private RefusedWish? _refused;

    public LogKey Log { get; } = log;

    public bool WithRights { get; } = withRights;

    /// <summary>Unix seconds.</summary>
    public long Ends { get; } = ends;

    /// <summary>Only as new as its last refresh; empty after <see cref="Rest"/>.</summary>
    public AccountView View => _view ??= new AccountView(Log);

    public bool HasView => _view is not null;

    public TransferReceipts Receipts => _receipts ??= new TransferReceipts(View);

    /// <summary>Held while a procedure uses <see cref="View"/>.</summary>
    public SemaphoreSlim Gate { get; } = new(1, 1);

    /// <summary>Empty after <see cref="Rest"/>.</summary>
    public IReadOnlyList<AllocationRow> Allocations { get; private set; } = [];

    /// <summary>Its region has taken its share.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>The home region of a small budget.</summary>
    public string? Home { get; private set; }

    /// <summary>Epochs are being recalled, or closed without all their holders: the agent looks at it in every pass.</summary>
    public bool IsPending { get; set; }

    /// <summary>Set on the first reservation.</summary>
    public Holding? Holding { get; set; }

    public SpendRate Rate { get; } = new();

    /// <summary>Epochs up to this one were recalled and waited for in vain: some holder is gone. What still comes back is found without waiting.</summary>
    public int Unanswered { get; set; }

    /// <summary>Regions that were asked and waited for in vain, with where their log ended and what they could have had: they are waited for again once either changes.</summary>
    public Dictionary<(string Region, int Generation), (long Index, SpendVector Potential)> AskedInVain => field ??= [];

    public RightsRoundResult Refusal => _refused?.Result ?? default;

    /// <summary>When this edge opens the period after this one, in Unix seconds; each edge at a moment of its own. 0: not decided.</summary>
    public long OpensNextAt { get; set; }

    /// <summary>When a report is due next; a timestamp of the clock.</summary>
    public long ReportAt { get; set; }

    public void Refuse(RightsRoundResult result, SpendVector wish, long until) => _refused = new RefusedWish(result, wish, until);

    /// <summary>Whether as much as this was refused just now.</summary>
    public bool IsRefused(SpendVector wish, long now) => _refused is { } refused && now < refused.Until && refused.Wish.FitsIn(wish) && !wish.FitsIn(refused.Result.Left);

    public void Allocate(IReadOnlyList<AllocationRow> rows)
    {
        Allocations = rows;
        IsOpen |= rows.Count > 0;
        Home = rows is [.., { Home: { } home }] ? home : null;
    }

    /// <summary>
    /// Gives the copies of what the ledger keeps back to memory until they are needed; the caller holds <see cref="Gate"/>. What
    /// other regions gave is kept: reading it again takes all their logs.
    /// </summary>
    public void Rest()
    {
        if (_receipts is null && _view is not { TransfersIn.IsZero: false })
        {
            (_view, Allocations) = (null, []);
        }
    }

    /// <summary>Joins the round that fetches rights, or starts it; every waiter's need is fetched together.</summary>
    public Task<RightsRoundResult> JoinRound(SpendVector need, Func<AccountPeriod, Task<RightsRoundResult>> start)
    {
        lock (Gate)
        {
            if (!need.IsZero)
            {
                _waiting = _waiting is null ? new WaitingWishes(need, need) : new WaitingWishes(_waiting.All + need, SpendVector.Min(_waiting.Least, need));
            }

            return _round is { IsCompleted: false } ? _round : _round = start(this);
        }
    }

    /// <summary>The round is over, and its task need not be kept.</summary>
    public void EndRound()
    {
        lock (Gate)
        {
            _round = null;
        }
    }

    /// <summary>What the requests that wait need together, and about the least that serves one of them.</summary>
    public (SpendVector All, SpendVector Least) TakeWaiting()
    {
        lock (Gate)
        {
            var waiting = _waiting;
            _waiting = null;
            return waiting is null ? default : (waiting.All, waiting.Least);
        }
    }

    private sealed record WaitingWishes(SpendVector All, SpendVector Least);

    private sealed record RefusedWish(RightsRoundResult Result, SpendVector Wish, long Until);
}
