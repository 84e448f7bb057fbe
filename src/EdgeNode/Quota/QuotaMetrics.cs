using System.Diagnostics.Metrics;
using GlobalGateway.EdgeNode.Snapshots;
using GlobalGateway.EdgeNode.Telemetry;
using GlobalGateway.Replication.Edge;
using GlobalGateway.Replication.Ledger;

namespace GlobalGateway.EdgeNode.Quota;

/// <summary>What this edge sets aside, settles and refuses. Budgets have names in a metric only where they are the few with the largest share used.</summary>
public sealed class QuotaMetrics
{
    private static readonly KeyValuePair<string, object?> Requests = new("unit", "requests"), Tokens = new("unit", "tokens"), Dollars = new("unit", "dollars");

    private readonly Counter<double> _reserved;
    private readonly Counter<double> _settled;
    private readonly Counter<long> _denied;
    private readonly Counter<long> _warnings;

    public QuotaMetrics(GatewayMetrics metrics, SnapshotStore snapshots)
    {
        var meter = metrics.Meter;
        _reserved = meter.CreateCounter<double>("gateway_quota_reserved_total", description: "Set aside before calls, by unit.");
        _settled = meter.CreateCounter<double>("gateway_quota_settled_total", description: "What calls used, by unit; estimated where no provider said.");
        _denied = meter.CreateCounter<long>("gateway_quota_denied_total", description: "Calls that a budget refused, by reason.");
        _warnings = meter.CreateCounter<long>("gateway_quota_warnings_total", description: "Budgets that went over a share of theirs they warn at.");
        meter.CreateObservableGauge("gateway_quota_used_ratio", () => Used(snapshots), description: "Share of a budget that is used, of those with the largest.");
    }

    public void Reserved(SpendVector amount) => Add(_reserved, amount, default);

    public void Settled(SpendVector amount, bool estimated) => Add(_settled, amount, new("estimated", estimated ? "true" : "false"));

    public void Denied(QuotaOutcome why) => _denied.Add(1, new KeyValuePair<string, object?>("reason", why switch
    {
        QuotaOutcome.Spent => "spent",
        QuotaOutcome.TooMuch => "too_much",
        QuotaOutcome.LedgerLost => "ledger_lost",
        _ => "journal_full",
    }));

    public void Warned() => _warnings.Add(1);

    private static void Add(Counter<double> counter, SpendVector amount, KeyValuePair<string, object?> label)
    {
        if (!counter.Enabled)
        {
            return;
        }

        Add(counter, amount.Requests, Requests, label);
        Add(counter, amount.Tokens, Tokens, label);
        Add(counter, amount.NanoDollars / 1e9, Dollars, label);
    }

    private static void Add(Counter<double> counter, double amount, KeyValuePair<string, object?> unit, KeyValuePair<string, object?> label)
    {
        if (label.Key is null)
        {
            counter.Add(amount, unit);
        }
        else
        {
            counter.Add(amount, unit, label);
        }
    }

    private static IEnumerable<Measurement<double>> Used(SnapshotStore snapshots)
    {
        var top = new PriorityQueue<string, double>();
        foreach (var budget in snapshots.Current?.Budgets ?? [])
        {
            if (budget.Account is { } account)
            {
                var share = BudgetShare.Of(account.Standing, budget.Spec.Units);
                if (top.Count < QuotaLimits.BudgetsShownMax)
                {
                    top.Enqueue(budget.Name, share);
                }
                else
                {
                    top.EnqueueDequeue(budget.Name, share);
                }
            }
        }

        return [.. top.UnorderedItems.Select(b => new Measurement<double>(b.Priority, new KeyValuePair<string, object?>("budget", b.Element)))];
    }
}
