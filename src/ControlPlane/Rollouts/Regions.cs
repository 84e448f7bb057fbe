namespace GlobalGateway.ControlPlane.Rollouts;

/// <summary>Which regions there are.</summary>
internal static class Regions
{
    public static bool IsRegion(string cohort) => !cohort.Contains('.', StringComparison.Ordinal);

    /// <summary>
    /// Those that the bundle names and those with a connected edge; where the bundle names none, also those that were served before, because
    /// their edges may return.
    /// </summary>
    public static SortedSet<string> Serving(RolloutTurn turn, RolloutBundle bundle)
    {
        var regions = new SortedSet<string>(bundle.Regions, StringComparer.Ordinal);
        regions.UnionWith(turn.View.Edges.Where(edge => edge.Connected).Select(edge => edge.Region));
        if (bundle.Regions.Count == 0)
        {
            regions.UnionWith(turn.State.Cohorts.Keys.Where(IsRegion));
        }

        return regions;
    }
}
