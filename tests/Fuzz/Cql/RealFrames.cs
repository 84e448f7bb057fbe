namespace GlobalGateway.Fuzz.Cql;

/// <summary>Frames as Cassandra 5.0.6 sent them.</summary>
internal static class RealFrames
{
    public static IReadOnlyList<byte[]> All { get; } = [];
}
