using GlobalGateway.Replication.Accounts;
using GlobalGateway.Replication.Ledger;

namespace GlobalGateway.Replication.Edge;

/// <summary>One budget in one period at one edge: the copy of its region's log, and the rights held.</summary>
/// <param name="withRights">Whether the log takes the region's share: see <see cref="Stores.RegionGeneration.HasRights"/>.</param>
internal sealed class AccountPeriod(LogKey log, long ends, bool withRights)
{
    private SpendVector _waiting;
    private Task<RightsRoundResult>? _round;

    public LogKey Log { get; } = log;

    public bool WithRights { get; } = withRights;

    /// <summary>Unix seconds.</summary>
    public long Ends { get; } = ends;

    public AccountView View { get; } = new(log);

    public TransferReceipts Receipts => field ??= new TransferReceipts(View);

    /// <summary>Held while a procedure uses <see cref="View"/>.</summary>
    public SemaphoreSlim Gate { get; } = new(1, 1);

    public IReadOnlyList<AllocationRow> Allocations { get; set; } = [];

    /// <summary>Set on the first reservation.</summary>
    public Holding? Holding { get; set; }

    public SpendRate Rate { get; } = new();

    /// <summary>Until then a refusal is repeated without asking again; a timestamp of the clock.</summary>
    public long RefusedUntil { get; set; }

    public RightsRoundResult Refusal { get; set; }

    /// <summary>When a report is due next; a timestamp of the clock.</summary>
    public long ReportAt { get; set; }

    /// <summary>Joins the round that fetches rights, or starts it; every waiter's need is fetched together.</summary>
    public Task<RightsRoundResult> JoinRound(SpendVector need, Func<AccountPeriod, Task<RightsRoundResult>> start)
    {
        lock (Gate)
        {
            _waiting += need;
            return _round is { IsCompleted: false } ? _round : _round = start(this);
        }
    }

    /// <summary>What the requests that wait need together.</summary>
    public SpendVector TakeWaiting()
    {
        lock (Gate)
        {
            var waiting = _waiting;
            _waiting = default;
            return waiting;
        }
    }
}
