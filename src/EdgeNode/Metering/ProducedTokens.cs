namespace GlobalGateway.EdgeNode.Metering;

/// <summary>An estimate of what of an answer has come so far, counted while it passes.</summary>
internal struct ProducedTokens
{
    public TokenCounter Answer;
    public TokenCounter Reasoning;

    public readonly Usage Usage => new() { Output = Answer.Tokens, Reasoning = Reasoning.Tokens, Estimated = true };
}
