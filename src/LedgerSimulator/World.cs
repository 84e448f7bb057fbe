using System.Runtime.CompilerServices;
using GlobalGateway.LedgerSimulator.Checks;
using GlobalGateway.LedgerSimulator.Processes;
using GlobalGateway.LedgerSimulator.Stores;
using GlobalGateway.Replication.Ledger;

namespace GlobalGateway.LedgerSimulator;

/// <summary>One history: a few regions, their edges and agents, and everything that can go wrong, in one thread and from one seed.</summary>
internal sealed class World
{
    /// <summary>Entries between folds: few, so that short histories have some.</summary>
    public const int FoldEvery = 3;

    private readonly List<EdgeSlot> _slots = [];
    private readonly List<AgentProcess> _agents = [];
    private readonly Dictionary<string, SimConfig> _config = [];
    private readonly HashSet<string> _cutOff = [];
    private readonly HashSet<(string Region, int Generation)> _abandoned = [];
    private readonly List<string>? _trace;
    private readonly Faults _faults;
    private Exception? _failure;
    private SimConfig _newest;
    private int _agentsMade;

    public World(ulong seed, Mutant mutant, Faults faults, List<string>? trace)
    {
        (Random, Mutant, _faults, _trace) = (new Seeded(seed), mutant, faults, trace);
        Cluster = new SimCluster(this);
        Oracle = new Oracle(this);
        // Half an hour before midnight at most, so that many histories cross into the next period.
        Now = new DateTimeOffset(2026, 3, 31, 23, 20, 0, TimeSpan.Zero).AddMinutes(Random.Below(38));
        Regions = Random.Chance(30) ? ["a"] : Random.Chance(60) ? ["a", "b"] : ["a", "b", "c"];
        Budgets =
        [
            new SimBudget("team", BudgetUnits.Requests | BudgetUnits.Tokens | BudgetUnits.Spend, new SpendVector(1, 30, 300)),
            new SimBudget("key", BudgetUnits.Requests, new SpendVector(1, 0, 0)),
        ];
        _newest = new SimConfig(1, 1 + Random.Below(3), Regions);
        foreach (var region in Regions)
        {
            _config[region] = _newest;
            Slices[region] = new SimSlices(this) { Enabled = Random.Chance(50) };
            for (var i = 0; i <= Random.Below(2); i++)
            {
                var slot = new EdgeSlot(this, $"{region}{i + 1}", region);
                _slots.Add(slot);
                slot.Start();
            }

            for (var i = 0; i <= Random.Below(2); i++)
            {
                _agents.Add(new AgentProcess(this, $"{region}-agent{++_agentsMade}", region));
            }
        }

        if (Random.Chance(80))
        {
            foreach (var budget in Budgets)
            {
                // Mostly the budgets are there already.
                Cluster.Insert(AllocationPlan.Next(WishOf(budget, Regions[0]), [], budget.Calendar.PeriodOf(Now), static () => false)!);
            }
        }
    }

    public Seeded Random { get; }
    public Mutant Mutant { get; }
    public SimCluster Cluster { get; }
    public Oracle Oracle { get; }
    public Dictionary<string, SimSlices> Slices { get; } = [];
    public DateTimeOffset Now { get; private set; }
    public string[] Regions { get; }
    public SimBudget[] Budgets { get; }

    /// <summary>Requests to stores that are on their way.</summary>
    public List<Io> Pending { get; } = [];

    public int Steps { get; private set; }

    /// <summary>Runs the history, then heals everything and checks what must then be exact.</summary>
    /// <exception cref="ViolationException">An invariant does not hold.</exception>
    public void Run(int steps)
    {
        var run = new Weather(this, _slots, _agents);
        while (Steps < steps)
        {
            Steps++;
            run.Step();
            After();
        }

        new Drain(this, _slots, _agents).Run();
    }

    public void After()
    {
        if (_failure is { } failure)
        {
            throw failure as ViolationException ?? new ViolationException(failure is LedgerCorruptException ? "I5" : "bug", failure.ToString());
        }

        Oracle.Check();
    }

    public void Failed(Exception problem) => _failure ??= problem;

    public bool May(Faults fault, int percent) => (_faults & fault) != 0 && Random.Chance(percent);

    public TimeSpan SkewOf() => May(Faults.Skew, 50) ? TimeSpan.FromSeconds(Random.Between(-300, 300)) : TimeSpan.Zero;

    public void Pass(TimeSpan time) => Now += time;

    public bool IsTraced => _trace is not null;

    /// <summary>Everything is healed: nobody makes mistakes any more.</summary>
    public bool IsDraining { get; set; }

    public void Trace(SimProcess? process, [InterpolatedStringHandlerArgument("")] TraceLine what)
    {
        if (_trace is not null)
        {
            _trace.Add($"{Steps,4}  {Now:HH:mm:ss}  {process?.Name ?? "-",-10}  {what.Text}");
        }
    }

    /// <summary>Something that happens by itself, some time.</summary>
    public void Later(SimProcess process, string name, Func<bool> perform) => Pending.Add(new Io<bool>(process, name, perform, null));

    public bool IsCutOff(string region) => _cutOff.Contains(region);

    public void CutOff(string region)
    {
        Trace(null, $"region {region} cannot reach its ledger");
        _cutOff.Add(region);
    }

    public void Heal() => _cutOff.Clear();

    public bool IsAbandoned(SimLog log) => _abandoned.Contains((log.Key.Region, log.Key.Generation));

    public AllocationWish WishOf(SimBudget budget, string region)
    {
        var config = _config[region];
        return new AllocationWish(budget.Id, budget.Units, (new SpendVector(6, 180, 1_800) * config.Scale).Only(budget.Units), config.Regions, config.Sequence, null);
    }

    /// <summary>A new revision; regions take it one by one.</summary>
    public void Configure()
    {
        var regions = Random.Chance(25) && Regions.Length > 1 ? Regions.Where((_, i) => i != Random.Below(Regions.Length)).ToArray() : Regions;
        _newest = new SimConfig(_newest.Sequence + 1, Random.Chance(40) ? 1 : 2 + Random.Below(4), regions.Length == 0 ? Regions : regions);
        Trace(null, $"revision {_newest.Sequence}: {_newest.Scale}x, regions {string.Join(' ', _newest.Regions)}");
    }

    public void RollOut(string region) => _config[region] = _newest;

    public void ReplaceAgent(int at)
    {
        var old = _agents[at];
        Trace(old, $"stops");
        old.Alive = false;
        _agents[at] = new AgentProcess(this, $"{old.Region}-agent{++_agentsMade}", old.Region);
        _agents[at].Clock.Skew = SkewOf();
    }

    /// <summary>The region's ledger is lost and restored: what was granted stays charged, and a new generation begins with nothing.</summary>
    public void Rebuild(string region)
    {
        Trace(null, $"region {region} is rebuilt");
        _abandoned.Add((region, Cluster.Generation(region).Number));
        Cluster.Rebuild(region);
        foreach (var slot in _slots.Where(slot => slot.Region == region))
        {
            slot.Kill();
        }

        for (var i = 0; i < _agents.Count; i++)
        {
            if (_agents[i].Region == region)
            {
                ReplaceAgent(i);
            }
        }
    }
}
