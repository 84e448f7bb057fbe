using GlobalGateway.ControlPlane.Rollouts;

namespace GlobalGateway.ControlPlane.Store;

/// <summary>A revision whose bundle is in the store: one that was rolled out, or was tried.</summary>
public sealed record StoredRevision
{
    /// <summary>The highest pointer when it was first rolled out; newer revisions have higher ones.</summary>
    public required long Sequence { get; init; }

    /// <summary>What people are shown: the first digits of the content hash.</summary>
    public required string Revision { get; init; }

    public required string ContentHash { get; init; }
    public required string Bundle { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>How many resources of each kind.</summary>
    public required IReadOnlyDictionary<string, int> Resources { get; init; }

    public IReadOnlyList<string> Regions { get; init; } = [];
    public RolloutRules Rules { get; init; } = new();
    public RevisionOrigin Origin { get; init; } = new("folder");

    public static StoredRevision Of(RolloutBundle bundle, long sequence) => new()
    {
        Sequence = sequence,
        Revision = bundle.Revision,
        ContentHash = bundle.ContentHash,
        Bundle = bundle.Bundle,
        At = bundle.At,
        Resources = bundle.Resources,
        Regions = bundle.Regions,
        Rules = bundle.Rules,
        Origin = bundle.Origin,
    };

    public RolloutBundle ToBundle() => new()
    {
        Bundle = Bundle, ContentHash = ContentHash, Revision = Revision, At = At, Resources = Resources, Regions = Regions, Rules = Rules, Origin = Origin,
    };
}
