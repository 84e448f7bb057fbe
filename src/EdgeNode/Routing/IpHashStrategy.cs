namespace GlobalGateway.EdgeNode.Routing;

/// <summary>The same client address meets the same target while it exists (weighted rendezvous hashing).</summary>
public sealed class IpHashStrategy : TargetStrategy
{
    public override void Order(Span<int> order, ReadOnlySpan<BalancedTarget> targets, in RoutingKey key)
    {
        Identity(order);
        Span<double> scores = stackalloc double[targets.Length];
        for (var i = 0; i < targets.Length; i++)
        {
            var draw = (Mix(key.ClientHash ^ StableHash(targets[i].Id)) + 1.0) / (uint.MaxValue + 2.0);
            scores[i] = targets[i].Weight == 0 ? double.MaxValue : -Math.Log(draw) / targets[i].Weight;
        }

        SortByScore(order, scores);
    }

    /// <summary>FNV-1a: the same in every process, so every edge of a region agrees.</summary>
    public static uint StableHash(ReadOnlySpan<char> text)
    {
        var hash = 2166136261u;
        foreach (var c in text)
        {
            hash = (hash ^ c) * 16777619u;
        }

        return hash;
    }

    public static uint StableHash(ReadOnlySpan<byte> bytes)
    {
        var hash = 2166136261u;
        foreach (var b in bytes)
        {
            hash = (hash ^ b) * 16777619u;
        }

        return hash;
    }

    // Murmur3's finaliser: FNV alone leaves neighbours close.
    private static uint Mix(uint hash)
    {
        hash = (hash ^ (hash >> 16)) * 0x85ebca6bu;
        hash = (hash ^ (hash >> 13)) * 0xc2b2ae35u;
        return hash ^ (hash >> 16);
    }
}
