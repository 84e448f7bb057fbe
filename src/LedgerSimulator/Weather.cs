using GlobalGateway.LedgerSimulator.Processes;
using GlobalGateway.LedgerSimulator.Stores;

namespace GlobalGateway.LedgerSimulator;

/// <summary>Decides what happens next: work, answers in any order, and faults.</summary>
internal sealed class Weather(World world, List<EdgeSlot> slots, List<AgentProcess> agents)
{
    public void Step()
    {
        world.Pass(TimeSpan.FromSeconds(world.Random.Below(20)));
        // Answers outnumber questions, or everything would wait.
        for (var answers = world.Random.Below(5); answers > 0 && world.Pending.Count > 0; answers--)
        {
            Answer();
            world.After();
        }

        switch (world.Random.Below(100))
        {
            case < 78:
                Work();
                break;
            case < 93:
                Govern();
                break;
            default:
                Fault();
                break;
        }
    }

    private void Answer()
    {
        var at = world.Random.Below(world.Pending.Count);
        var io = world.Pending[at];
        var cutOff = world.IsCutOff(io.Process.Region) && io.Name != "sync";
        if (io.Process.Alive && (io.Process.PausedUntil > world.Steps || cutOff && world.Random.Chance(80)))
        {
            return;
        }

        // Swapping with the last keeps removal cheap; the order is random anyway.
        world.Pending[at] = world.Pending[^1];
        world.Pending.RemoveAt(world.Pending.Count - 1);
        var fate = !io.Process.Alive && world.Random.Chance(50) || cutOff ? IoFate.RequestLost
            : world.May(Faults.Lost, 3) && io.Name != "sync" ? (world.Random.Chance(50) ? IoFate.AnswerLost : IoFate.RequestLost)
            : IoFate.Answered;
        io.Complete(fate);
    }

    private void Work()
    {
        var slot = slots[world.Random.Below(slots.Count)];
        var edge = slot.Zombies.Count > 0 && world.Random.Chance(40) ? slot.Zombies[world.Random.Below(slot.Zombies.Count)] : slot.Edge;
        if (edge.PausedUntil > world.Steps)
        {
            return;
        }

        var budget = world.Budgets[world.Random.Below(world.Budgets.Length)];
        var accounts = edge.Accounts;
        switch (world.Random.Below(24))
        {
            case < 9:
                if (!edge.Reserve(world.Random.Chance(50) ? world.Budgets : [budget]))
                {
                    edge.Fetch(budget);
                }

                break;
            case < 14 when edge.Calls.Count > 0:
                edge.Settle(edge.Calls[world.Random.Below(edge.Calls.Count)]);
                break;
            case 14 when edge.Calls.Count > 0:
                edge.TopUp(edge.Calls[world.Random.Below(edge.Calls.Count)]);
                break;
            case < 19 when accounts.Count > 0:
                edge.Heed(accounts[world.Random.Below(accounts.Count)]);
                break;
            case < 21 when accounts.Count > 0:
                edge.Report(accounts[world.Random.Below(accounts.Count)]);
                break;
            case 21 when world.Regions.Length > 1:
                edge.Ask(budget, world.Regions.First(region => region != edge.Region));
                break;
            case 22:
                edge.SpeakForInherited();
                break;
            default:
                edge.Fetch(budget);
                break;
        }
    }

    private void Govern()
    {
        var agent = agents[world.Random.Below(agents.Count)];
        if (agent.PausedUntil > world.Steps)
        {
            return;
        }

        var budget = world.Budgets[world.Random.Below(world.Budgets.Length)];
        var period = budget.Calendar.PeriodOf(agent.Clock.GetUtcNow());
        if (world.Random.Chance(25))
        {
            period = world.Random.Chance(50) ? budget.Calendar.Next(period) : budget.Calendar.PeriodOf(DateTimeOffset.FromUnixTimeSeconds(period - 1));
        }

        switch (world.Random.Below(10))
        {
            case < 3:
                agent.Allocate(budget, period);
                break;
            case < 7:
                agent.Pass(budget, period);
                break;
            case < 8:
                agent.Seal(budget, period);
                break;
            default:
                if (world.Slices[agent.Region].Enabled)
                {
                    agent.GrantSlice(budget, period);
                }

                break;
        }

        if (world.Random.Chance(60))
        {
            Replicate();
        }
    }

    private void Replicate()
    {
        foreach (var log in world.Cluster.Logs)
        {
            foreach (var region in world.Regions)
            {
                if (region != log.Key.Region && !world.IsCutOff(region) && !world.IsCutOff(log.Key.Region) && world.Random.Chance(50))
                {
                    log.Visible[region] = (int)world.Random.Between(log.Visible.GetValueOrDefault(region), log.Entries.Count);
                }
            }
        }
    }

    private void Fault()
    {
        var slot = slots[world.Random.Below(slots.Count)];
        var region = world.Regions[world.Random.Below(world.Regions.Length)];
        var slices = world.Slices[region];
        switch (world.Random.Below(18))
        {
            case < 2 when world.May(Faults.Kill, 80):
                slot.Kill();
                break;
            case 2 when world.May(Faults.MachineCrash, 60):
                slot.Crash();
                break;
            case 3 when world.May(Faults.DiskLoss, 30):
                slot.LoseDisk();
                break;
            case 4 when world.May(Faults.Pauses, 70):
                slot.Edge.PausedUntil = world.Steps + world.Random.Below(40);
                break;
            case 5 when world.May(Faults.Partitions, 50):
                world.CutOff(region);
                break;
            case 6 or 7:
                world.Heal();
                break;
            case 8 when slices.Enabled && world.May(Faults.Slices, 30):
                world.Trace(null, $"slices of {region} are wiped");
                slices.Wipe();
                break;
            case 9 when slices.Enabled:
                slices.Copy();
                break;
            case 10 when slices.Enabled && world.May(Faults.Slices, 100):
                world.Trace(null, $"slices of {region} go back to an older copy");
                slices.Rewind();
                break;
            case 11 when world.May(Faults.Agents, 60):
                world.ReplaceAgent(world.Random.Below(agents.Count));
                break;
            case 12 or 16 when world.May(Faults.Config, 80):
                world.Configure();
                world.RollOut(region);
                break;
            case 13 or 17:
                world.RollOut(region);
                break;
            case 14 when world.May(Faults.Time, 50):
                world.Pass(TimeSpan.FromMinutes(world.Random.Below(50)));
                break;
            case 15 when world.May(Faults.Rebuild, 8):
                world.Rebuild(region);
                break;
        }
    }
}
