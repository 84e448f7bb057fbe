using GlobalGateway.Contracts.Trust;

namespace GlobalGateway.ControlPlane.Distribution;

/// <summary>What a control plane knows of one edge.</summary>
public sealed record EdgeState
{
    public required FleetIdentity Identity { get; init; }
    public required bool Connected { get; init; }
    public required DateTimeOffset LastSeen { get; init; }

    /// <summary>What the edge says it serves; absent before its first bundle.</summary>
    public string? Revision { get; init; }

    public long Sequence { get; init; }

    public EdgeAnswer Answer { get; init; }

    /// <summary>Of the pointer the answer is about.</summary>
    public long AnswerSequence { get; init; }

    /// <summary>Why the edge does not serve the pointer.</summary>
    public string? Reason { get; init; }
}

/// <summary>How an edge answered the newest pointer it was told.</summary>
public enum EdgeAnswer
{
    Pending,
    Ack,
    Nack,
}
