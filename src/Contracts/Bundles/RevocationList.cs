namespace GlobalGateway.Contracts.Bundles;

/// <summary>Client keys that are refused whatever any bundle says; the payload of a <see cref="SignedType.Revocations"/> document. It can carry nothing else.</summary>
public sealed record RevocationList
{
    /// <summary>Of the whole list.</summary>
    public const int KeysMax = 5_000;

    /// <summary>Lower-case hex SHA-256 of the keys, ascending.</summary>
    public required IReadOnlyList<string> Keys { get; init; }
}

/// <summary>Whom a pointer is for.</summary>
public static class Cohort
{
    /// <summary>All edges of a region.</summary>
    public static string Region(string region) => region;

    /// <summary>One edge, as a canary.</summary>
    public static string Edge(string region, string name) => $"{region}.{name}";

    /// <summary>Every audience an edge may take a pointer for.</summary>
    public static IReadOnlyList<string> Of(string region, string name) => [BundleFormat.WholeFleet, Region(region), Edge(region, name)];
}
