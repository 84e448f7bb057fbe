using System.Diagnostics;
using System.Globalization;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;
using GlobalGateway.Stores.Fleets;
using GlobalGateway.Testing.Fleets;
using GlobalGateway.Testing.Ledgers;

namespace GlobalGateway.Stores.Budgets;

/// <summary>64 clients spend one budget in three regions; once they are done and all is whole again, it is settled and counted.</summary>
internal sealed class BudgetRun(StoresFleet fleet, string budget)
{
    private const int Clients = 64;

    private static readonly TimeSpan HealLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    public async Task<BudgetBill> SpendAsync(int requests, TimeSpan answerWithin, Func<Disturbance, Task> disturb)
    {
        await fleet.HealAsync(HealLimit);
        await fleet.AnswerWithinAsync(answerWithin);
        var calledBefore = await fleet.CallsAsync();
        var begun = DateTimeOffset.UtcNow;
        var watch = Stopwatch.StartNew();
        using var clients = new ChatClients(requests, [.. StoresFleet.Regions.Select(region => fleet.Edge(region))]) { Key = StoresFleet.KeyOf(budget) };
        var running = clients.RunAsync(Clients);
        await disturb(new Disturbance(fleet, running));
        await running;
        var load = watch.Elapsed;
        var crashed = fleet.Fleet.Processes.Where(process => process.HasCrashed).Select(process => process.DescribeEnd()).ToArray();

        watch.Restart();
        await fleet.HealAsync(HealLimit);
        var audit = fleet.Audit(new AccountKey(budget, new BudgetCalendar(CalendarUnit.Month).PeriodOf(begun)));
        await audit.SettleAsync(HealLimit - watch.Elapsed);
        var events = await EventsAsync(audit, begun, HealLimit - watch.Elapsed);
        var settled = watch.Elapsed;
        var called = await fleet.CallsAsync() - calledBefore;
        var bill = new BudgetBill(called, audit.Charged, audit.Estimated, audit.Open, events, [.. clients.Answered], crashed, "");
        return bill with
        {
            Said = string.Create(CultureInfo.InvariantCulture, $"{budget}: load {load.TotalSeconds:0.0} s, settled {settled.TotalSeconds:0.0} s after heal; called {called}, charged {bill.Charged}, ")
                + $"estimated {bill.Estimated}, measured {bill.Measured}, flagged {bill.Flagged}, open epochs {bill.OpenEpochs}, events {events.Count}; {clients.Describe()}; ended by themselves: {string.Join(" | ", crashed)}",
        };
    }

    /// <summary>Edges send usage events in the background: they are complete when they say what the ledger says, and no later than the limit.</summary>
    private async Task<List<UsageEvent>> EventsAsync(LedgerAudit audit, DateTimeOffset begun, TimeSpan limit)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var events = await audit.EventsAsync(begun.AddMinutes(-1), budget);
            if (BudgetBill.Sum(events) == audit.Charged || watch.Elapsed > limit)
            {
                return events;
            }

            await Task.Delay(LookEvery);
        }
    }
}
