using System.Text.Json.Serialization;
using GlobalGateway.Contracts.Values;

namespace GlobalGateway.ControlPlane.Revocations;

/// <summary>How a request to revoke keys ended.</summary>
/// <param name="Sequence">Of the list that holds the keys; 0 unless it is done.</param>
/// <param name="Request">What another operator approves.</param>
/// <param name="Problem">Why it was refused, or needs another operator.</param>
public sealed record RevocationOutcome(RevocationState State, long Sequence = 0, string? Request = null, string? Problem = null)
{
    public static RevocationOutcome Refused(string problem) => new(RevocationState.Refused, Problem: problem);
}

[JsonConverter(typeof(CamelCaseEnumConverter<RevocationState>))]
public enum RevocationState
{
    /// <summary>The list that every edge is told holds the keys.</summary>
    Done,

    /// <summary>Another operator has to approve.</summary>
    AwaitsApproval,

    Refused,
}
