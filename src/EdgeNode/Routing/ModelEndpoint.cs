using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Dialects;
using GlobalGateway.EdgeNode.Translation;
using GlobalGateway.EdgeNode.Upstreams;

namespace GlobalGateway.EdgeNode.Routing;

/// <summary>One upstream model at one endpoint of one provider.</summary>
public sealed class ModelEndpoint : BalancedTarget
{
    public required ProviderRuntime Provider { get; init; }
    public required ProviderEndpoint Endpoint { get; init; }
    public required string UpstreamModel { get; init; }

    /// <summary><see cref="UpstreamModel"/> as a JSON string, ready to splice into a body.</summary>
    public required byte[] UpstreamModelJson { get; init; }

    public required Prices Prices { get; init; }
    public required Capabilities Capabilities { get; init; }
    public required Timeouts Timeouts { get; init; }

    /// <summary>One breaker per credential, in the provider's order.</summary>
    public required TargetBreaker[] Breakers { get; init; }

    /// <summary>Absolute URLs, one per operation.</summary>
    public required UpstreamUrls Urls { get; init; }

    /// <summary>Writes chat-like requests of other dialects for this target; absent where it has no such API.</summary>
    public ChatCodec? Translator { get; init; }

    /// <summary>Whether the operation is served here, in its own dialect or translated.</summary>
    public bool Serves(Operation operation) =>
        Urls.For(operation) is not null || operation switch
        {
            Operation.Embeddings or Operation.EmbedContent or Operation.BatchEmbedContents => Urls.Embeddings is not null,
            // Where the target counts no tokens, the gateway estimates them.
            Operation.CountTokens or Operation.GeminiCountTokens => Translator is not null,
            _ => Translator is not null && ChatCodecs.ForClient(operation) is not null,
        };
}
