namespace GlobalGateway.EdgeNode.Attempts;

/// <summary>What one attempt gave: an answer that can be relayed, or why there is none.</summary>
/// <param name="Exchange">Set with <see cref="AttemptOutcome.Ok"/>; the receiver disposes it.</param>
/// <param name="Refusal">The provider's own error, where it gave one.</param>
public readonly record struct AttemptResult(AttemptOutcome Outcome, UpstreamExchange? Exchange = null, ProviderRefusal? Refusal = null)
{
    public bool IsFault => Outcome.IsFault();
}
