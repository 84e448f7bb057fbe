using GlobalGateway.LedgerSimulator.Processes;
using GlobalGateway.LedgerSimulator.Stores;
using GlobalGateway.Replication.Ledger;

namespace GlobalGateway.LedgerSimulator;

/// <summary>Heals everything, lets every call end and everybody report, and then checks that the sums are exact and rights can be had.</summary>
internal sealed class Drain(World world, List<EdgeSlot> slots, List<AgentProcess> agents)
{
    private const int RoundsMax = 24;

    public void Run()
    {
        world.Trace(null, $"everything heals");
        world.Heal();
        world.IsDraining = true;
        foreach (var slot in slots)
        {
            slot.Edge.PausedUntil = 0;
            foreach (var call in slot.Edge.Calls.ToArray())
            {
                slot.Edge.Settle(call);
            }
        }

        foreach (var agent in agents)
        {
            agent.PausedUntil = 0;
        }

        Settle();
        for (var round = 0; round < RoundsMax && !IsDrained(); round++)
        {
            Report();
            Govern();
        }

        // What was reported last may be an adjustment of what had been closed without it.
        Govern();
        world.Oracle.CheckExact();
        NobodyIsRefused();
        world.After();
    }

    private bool IsDrained()
    {
        foreach (var log in world.Cluster.Logs)
        {
            if (!world.IsAbandoned(log) && log.Epochs.Values.Any(epoch => epoch.Granted && epoch.Closed is null))
            {
                return false;
            }
        }

        return slots.TrueForAll(slot => slot.Edge.Accounts.All(account => account.Holding.Epochs.Count == 0) && slot.Edge.InheritedEpochs(world.IsAbandoned) == 0);
    }

    private void Report()
    {
        foreach (var slot in slots)
        {
            foreach (var account in slot.Edge.Accounts)
            {
                if (account.Holding.Epochs.Count > 0)
                {
                    slot.Edge.Heed(account);
                }
            }

            slot.Edge.SpeakForInherited();
            Settle();
        }
    }

    private void Govern()
    {
        foreach (var log in world.Cluster.Logs.ToArray())
        {
            var agent = agents.Find(agent => agent.Region == log.Key.Region)!;
            if (world.IsAbandoned(log) || log.Truth.Epochs.Count == 0)
            {
                continue;
            }

            var budget = world.Budgets.First(budget => budget.Id == log.Key.Account.Budget);
            if (log.Truth.Sealed < log.Truth.LastEpoch)
            {
                agent.Seal(budget, log.Key.Account.Period);
                Settle();
            }

            agent.Pass(budget, log.Key.Account.Period);
            Settle();
            if (log.Truth.Epochs.Any(epoch => epoch.Closed is null && world.Oracle.IsLost(log.Epoch(epoch.Epoch))))
            {
                agent.ForceClose(budget, log.Key.Account.Period, epoch => world.Oracle.IsLost(log.Epoch(epoch)));
                Settle();
            }
        }
    }

    // I4: where the region's own rights suffice, they can be had.
    private void NobodyIsRefused()
    {
        foreach (var slot in slots)
        {
            foreach (var budget in world.Budgets)
            {
                // A slice is granted by one try and leased by the next.
                for (var tries = 0; tries < 4 && !slot.Edge.HasRights(budget); tries++)
                {
                    slot.Edge.Fetch(budget);
                    Settle();
                }

                var period = budget.Calendar.PeriodOf(slot.Edge.Clock.GetUtcNow());
                var account = slot.Edge.Accounts.FirstOrDefault(account => account.Holding.Account == new AccountKey(budget.Id, period));
                if (account is null || account.View.Log.AllocationSequence == 0 || !AllocationPlan.Covers(world.Cluster.Allocations(budget.Id), budget.Calendar, period))
                {
                    continue;
                }

                if (!account.Holding.CanReserve(budget.Typical) && account.View.Available.IsWhole && budget.Typical.FitsIn(account.View.Available))
                {
                    throw new ViolationException("I4", $"{slot.Name} has no rights of {account.Seals.Key} while {account.View.Available} can be had");
                }
            }
        }
    }

    private void Settle()
    {
        for (var count = 0; world.Pending.Count > 0; count++)
        {
            if (count > 20_000)
            {
                throw new ViolationException("bug", "requests to stores do not end");
            }

            var io = world.Pending[^1];
            world.Pending.RemoveAt(world.Pending.Count - 1);
            io.Complete(IoFate.Answered);
            world.After();
        }
    }
}
