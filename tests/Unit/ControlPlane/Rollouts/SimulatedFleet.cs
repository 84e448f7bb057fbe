using GlobalGateway.Contracts.Bundles;
using GlobalGateway.ControlPlane.Gates;
using GlobalGateway.ControlPlane.Rollouts;
using Shouldly;

namespace GlobalGateway.Unit.ControlPlane.Rollouts;

/// <summary>Edges that obey pointers when a test says so, a store that can be set back, and the rules under test between them.</summary>
internal sealed class SimulatedFleet
{
    private readonly Dictionary<string, SimulatedEdge> _edges = new(StringComparer.Ordinal);
    private readonly List<RolloutState> _past = [];
    private TimeSpan _now = TimeSpan.Zero;
    private (long Rollout, int Stage) _stage = (-1, -1);
    private TimeSpan _stageBegan;
    private long _highest;

    public RolloutState State { get; private set; } = new();

    public WaitingBundle? Waiting { get; set; }

    public GateVerdict? Verdict { get; set; }

    public string? Refuses { get; set; }

    /// <summary>Every number ever given to a pointer, in order.</summary>
    public List<PointerMove> Moves { get; } = [];

    public List<Rollout> Ended { get; } = [];

    public List<RolloutEvent> Events { get; } = [];

    public IEnumerable<SimulatedEdge> Edges => _edges.Values;

    public SimulatedEdge this[string id] => _edges[id];

    public RolloutState StateBefore(int steps) => _past.Count == 0 ? State : _past[Math.Max(0, _past.Count - 1 - steps)];

    public SimulatedEdge Add(string region, string name)
    {
        var edge = new SimulatedEdge(region, name);
        _edges[edge.Id] = edge;
        return edge;
    }

    public void Advance(TimeSpan time) => _now += time;

    /// <summary>Another control plane leads: it knows the state and no times.</summary>
    public void ChangeLeader() => _stage = (-1, -1);

    /// <summary>The store is as it was; a new leader hears the edges before it acts.</summary>
    public void Rewind(RolloutState state, bool hears)
    {
        // Numbers that no edge has seen may be given out again.
        (State, _highest) = (state, state.Sequence);
        Waiting = null;
        ChangeLeader();
        if (hears)
        {
            var held = _edges.Values.Where(edge => edge.Connected && edge.Held is not null).GroupBy(edge => edge.Held!.Cohort, StringComparer.Ordinal)
                .ToDictionary(group => group.Key, group => group.Select(edge => edge.Held!).MaxBy(pointer => pointer.Sequence)!, StringComparer.Ordinal);
            Apply(RolloutMachine.Begin(
                State, View(null), held.ToDictionary(pair => pair.Key, pair => new CohortPointer(pair.Value.Bundle, pair.Value.ContentHash, pair.Value.Sequence, pair.Value.LastGood)), Known));
        }
    }

    public RolloutStep Step(RolloutCommand? command = null)
    {
        var step = RolloutMachine.Step(State, View(command));
        Apply(step);
        return step;
    }

    /// <summary>Steps and lets every connected edge answer, until nothing changes.</summary>
    public void Settle()
    {
        for (var round = 0; round < 100; round++)
        {
            var version = State.Version;
            Step();
            var changed = State.Version != version;
            changed |= _edges.Values.Where(edge => edge.Connected).Select(Tell).ToList().Contains(true);
            if (!changed)
            {
                return;
            }
        }

        throw new InvalidOperationException("the fleet does not come to rest");
    }

    /// <summary>The edge hears its newest pointer and takes it, or refuses it.</summary>
    public bool Tell(SimulatedEdge edge)
    {
        var told = Cohort.Of(edge.Region, edge.Name).Where(State.Cohorts.ContainsKey)
            .Select(cohort => new PointerMove(cohort, State.Cohorts[cohort].Bundle, State.Cohorts[cohort].ContentHash, State.Cohorts[cohort].Sequence, State.Cohorts[cohort].LastGood))
            .MaxBy(pointer => pointer.Sequence);
        if (told is null || told.Sequence == edge.Answered)
        {
            return false;
        }

        edge.Answer(told);
        return true;
    }

    public static RolloutBundle Bundle(string name, params RuleStage[] stages) => new()
    {
        Bundle = name,
        ContentHash = "hash-" + name,
        Revision = name,
        Resources = new Dictionary<string, int>(),
        Regions = ["a", "b", "c"],
        Rules = new RolloutRules { Stages = stages },
        Origin = new RevisionOrigin("folder"),
        At = DateTimeOffset.UnixEpoch,
    };

    private RolloutBundle? Known(string bundle) => Bundles.GetValueOrDefault(bundle);

    /// <summary>What the store has whole.</summary>
    public Dictionary<string, RolloutBundle> Bundles { get; } = new(StringComparer.Ordinal);

    private RolloutView View(RolloutCommand? command) => new()
    {
        Edges = [.. _edges.Values.Select(edge => edge.Facts(_now))],
        Waiting = Waiting,
        Command = command,
        Verdict = Verdict,
        Refuses = Refuses,
        StageAge = _now - _stageBegan,
        Now = DateTimeOffset.UnixEpoch + _now,
    };

    private void Apply(RolloutStep step)
    {
        if (step.Changes(State))
        {
            _past.Add(State);
        }

        foreach (var move in step.Moves)
        {
            move.Sequence.ShouldBeGreaterThan(_highest);
            _highest = move.Sequence;
            Moves.Add(move);
        }

        // What a store would hold is what the state says, after a trip through its text.
        State = RolloutState.FromJson(step.State.ToJson());
        State.ToJson().ShouldBe(step.State.ToJson());
        Waiting = step.TakesWaiting ? null : Waiting;
        Ended.AddRange(step.Ended);
        Events.AddRange(step.Events);
        if (State.Current is { } current && _stage != (current.Number, current.Stage))
        {
            _stage = (current.Number, current.Stage);
            _stageBegan = _now;
            Verdict = null;
        }
    }
}

/// <summary>An edge that never goes back.</summary>
internal sealed class SimulatedEdge(string region, string name)
{
    private int _boot;
    private TimeSpan? _leftAt;
    private bool _goodbye;

    public string Region => region;

    public string Name => name;

    public string Id => Cohort.Edge(region, name);

    public bool Connected { get; set; } = true;

    public bool Draining { get; set; }

    public bool HasTraffic { get; set; }

    /// <summary>The highest pointer taken.</summary>
    public PointerMove? Held { get; private set; }

    public long Answered { get; private set; }

    public long Refused { get; private set; }

    /// <summary>Bundles it cannot serve.</summary>
    public HashSet<string> Bad { get; } = new(StringComparer.Ordinal);

    public void Answer(PointerMove told)
    {
        Answered = told.Sequence;
        if (Held is not null && (told.Sequence < Held.Sequence || (told.Sequence == Held.Sequence && told.Bundle != Held.Bundle)))
        {
            Refused = told.Sequence;
        }
        else if (Bad.Contains(told.Bundle))
        {
            Refused = told.Sequence;
        }
        else
        {
            Refused = 0;
            Held = told;
        }
    }

    public void Leave(TimeSpan now, bool goodbye) => (Connected, _leftAt, _goodbye) = (false, now, goodbye);

    public void Return(bool restarted)
    {
        Connected = true;
        Answered = 0;
        if (restarted)
        {
            _boot++;
        }
        else
        {
            _goodbye = false;
        }
    }

    public void Crash()
    {
        _boot++;
        _goodbye = false;
        Answered = 0;
    }

    public EdgeFacts Facts(TimeSpan now) => new()
    {
        Region = region,
        Name = name,
        Connected = Connected,
        Draining = Draining,
        HasTraffic = HasTraffic,
        Boot = $"{Id}-{_boot}",
        Held = Held?.Sequence ?? 0,
        HeldBundle = Held?.Bundle,
        HeldAudience = Held?.Cohort,
        Acknowledged = Held?.Sequence ?? 0,
        Serves = Held?.Bundle,
        Refused = Refused,
        RefusedWhy = Refused == 0 ? null : "it is bad",
        Away = Connected ? TimeSpan.Zero : now - (_leftAt ?? now),
        LeftByItself = _goodbye,
    };
}
