using GlobalGateway.Contracts.Bundles;

namespace GlobalGateway.ControlPlane.Rollouts;

/// <summary>One step while it is worked out: the state so far and the writes it asks for.</summary>
internal sealed class RolloutTurn(RolloutState state, RolloutView view)
{
    // Below the parts a transaction may have, with room for the state, the audit and the ended rollout.
    private const int DroppedMax = 40;

    private readonly RolloutState _before = state;
    private readonly Dictionary<string, PointerMove> _moves = new(StringComparer.Ordinal);
    private readonly List<string> _dropped = [];
    private readonly List<Rollout> _ended = [];
    private readonly List<RolloutEvent> _events = [];

    public RolloutState State { get; private set; } = state;

    public RolloutView View => view;

    public bool TakesWaiting { get; set; }

    public CommandAnswer? Answer { get; set; }

    public Rollout? Begun { get; set; }

    /// <summary>Whether the stage began before this step, so that what is seen speaks of it.</summary>
    public bool IsSeen(Rollout rollout) => _before.Current is { } current && current.Number == rollout.Number && current.Stage == rollout.Stage;

    public void Set(RolloutState next) => State = next;

    public void Set(Rollout rollout) => State = State with { Current = rollout };

    public void Tell(string what, string who, Rollout rollout, string? detail = null) =>
        _events.Add(new RolloutEvent(what, who, rollout.Number, rollout.From?.Revision, rollout.Bundle.Revision, detail));

    /// <summary>Points a cohort at a bundle under the next number.</summary>
    public void Move(string cohort, string bundle, string contentHash)
    {
        var sequence = State.Sequence + 1;
        var cohorts = new Dictionary<string, CohortPointer>(State.Cohorts, StringComparer.Ordinal) { [cohort] = new CohortPointer(bundle, contentHash, sequence, State.LastGood?.Bundle) };
        if (!cohort.Contains('.', StringComparison.Ordinal))
        {
            // The region's pointer is now above those of its single edges, which therefore say nothing any more.
            foreach (var edge in State.Cohorts.Keys.Where(other => other.StartsWith(cohort + ".", StringComparison.Ordinal)).Take(DroppedMax - _dropped.Count))
            {
                Drop(cohorts, edge);
            }
        }

        _moves[cohort] = new PointerMove(cohort, bundle, contentHash, sequence, State.LastGood?.Bundle);
        _dropped.Remove(cohort);
        State = State with { Sequence = sequence, Cohorts = cohorts };
    }

    /// <summary>Forgets a region that is no more.</summary>
    public void Forget(string region)
    {
        var cohorts = new Dictionary<string, CohortPointer>(State.Cohorts, StringComparer.Ordinal);
        foreach (var cohort in State.Cohorts.Keys.Where(cohort => cohort == region || cohort.StartsWith(region + ".", StringComparison.Ordinal)).Take(DroppedMax - _dropped.Count))
        {
            Drop(cohorts, cohort);
        }

        State = State with { Cohorts = cohorts };
    }

    public void End(Rollout rollout)
    {
        _ended.Add(rollout);
        Set(rollout);
    }

    /// <summary>The newest pointer an edge may take.</summary>
    public CohortPointer? Told(EdgeFacts edge) => Told(State, edge.Region, edge.Name);

    public static CohortPointer? Told(RolloutState state, string region, string name) =>
        Cohort.Of(region, name).Select(cohort => state.Cohorts.GetValueOrDefault(cohort)).OfType<CohortPointer>().MaxBy(pointer => pointer.Sequence);

    public RolloutStep Result() => new(
        ReferenceEquals(State, _before) ? _before : State with { Version = _before.Version + 1 },
        [.. _moves.Values.OrderBy(move => move.Sequence)], _dropped, TakesWaiting, Answer, _ended, Begun, _events);

    private void Drop(Dictionary<string, CohortPointer> cohorts, string cohort)
    {
        cohorts.Remove(cohort);
        _dropped.Add(cohort);
        _moves.Remove(cohort);
    }
}
