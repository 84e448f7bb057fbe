using GlobalGateway.EdgeNode.Quota;
using GlobalGateway.EdgeNode.Translation;

namespace GlobalGateway.EdgeNode.Attempts;

/// <summary>What one attempt gave: an answer that can be relayed, or why there is none.</summary>
/// <param name="Exchange">Set with <see cref="AttemptOutcome.Ok"/>; the receiver disposes it.</param>
/// <param name="Refusal">The provider's own error, where it gave one.</param>
/// <param name="Over">Set with <see cref="AttemptOutcome.OverBudget"/>: which budget, and why.</param>
/// <param name="Untranslatable">Set with <see cref="AttemptOutcome.NotTranslatable"/>: which field, and why.</param>
public readonly record struct AttemptResult(AttemptOutcome Outcome, UpstreamExchange? Exchange = null, ProviderRefusal? Refusal = null, TranslationException? Untranslatable = null, QuotaRefusal? Over = null)
{
    public bool IsFault => Outcome.IsFault();
}
