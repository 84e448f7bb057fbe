namespace GlobalGateway.Replication.Ledger;

/// <summary>How much to grant at once: enough for a while, little enough that what one edge holds does not starve the others.</summary>
public static class SliceSizing
{
    /// <summary>Parts of a region's share that a grant is at least one of, so that a period has about 200 epochs at most.</summary>
    public const int PartsMax = 100;

    /// <param name="available">What the region has not granted.</param>
    /// <param name="share">What the region has in all, granted or not.</param>
    /// <param name="need">What a waiting request needs; granted when it is there.</param>
    /// <param name="wish">What the caller expects to spend before it asks again.</param>
    /// <param name="edges">Edges of the region that ask; at least 1.</param>
    public static SpendVector Next(SpendVector available, SpendVector share, SpendVector need, SpendVector wish, int edges)
    {
        // Halved near exhaustion: each of the edges can still have something, and the last ones little.
        var most = SpendVector.Max(need, available / (2L * edges));
        var floor = share.Positive() / PartsMax;
        return SpendVector.Min(available.Positive(), SpendVector.Max(need, SpendVector.Min(SpendVector.Max(wish, floor), most)));
    }
}
