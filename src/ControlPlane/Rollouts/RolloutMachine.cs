namespace GlobalGateway.ControlPlane.Rollouts;

/// <summary>
/// The rules of rollouts, without clock, store or network: from a state and what is seen to the next state and what is to be written.
/// Invariants: a region is pointed to a new bundle only after every stage before it has passed; every pointer's number is above all before it;
/// when a rollout ends in any other way than complete, every cohort it touched is pointed to what was good before it.
/// </summary>
public static class RolloutMachine
{
    public static RolloutStep Step(RolloutState state, RolloutView view)
    {
        var turn = new RolloutTurn(state, view);
        Heights.Rise(turn);
        Commands.Obey(turn);
        Progress.Continue(turn);
        Beginnings.Next(turn);
        Beginnings.Adopt(turn);
        return turn.Result();
    }

    /// <summary>What a new leader starts from, after it has heard what edges hold.</summary>
    /// <param name="held">The highest signed pointer of each cohort that edges have shown.</param>
    /// <param name="known">A bundle that the store has whole.</param>
    public static RolloutStep Begin(RolloutState state, RolloutView view, IReadOnlyDictionary<string, CohortPointer> held, Func<string, RolloutBundle?> known)
    {
        var turn = new RolloutTurn(state, view);
        Heights.TakeBack(turn, held, known);
        return turn.Result();
    }
}
