namespace GlobalGateway.EdgeNode.Routing;

/// <summary>What of a request the strategies may look at.</summary>
/// <param name="ClientHash">Stable for one client address.</param>
/// <param name="InputTokens">Estimated.</param>
/// <param name="OutputTokens">What the client allows, or the target's usual.</param>
/// <param name="Stream">A stream's first token comes long before a whole answer does.</param>
public readonly record struct RoutingKey(uint ClientHash, long InputTokens, long OutputTokens, bool Stream = false)
{
    public const int Buckets = 8;

    /// <summary>Prompts of like size share a latency estimate: up to 1k, 8k, 32k tokens, and above; streams apart from whole answers.</summary>
    public int Bucket => InputTokens switch { <= 1_000 => 0, <= 8_000 => 1, <= 32_000 => 2, _ => 3 } + (Stream ? 4 : 0);
}
