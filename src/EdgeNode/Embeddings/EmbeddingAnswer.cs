using GlobalGateway.EdgeNode.Metering;

namespace GlobalGateway.EdgeNode.Embeddings;

/// <summary>Embeddings in the gateway's own words: one vector per input, in the inputs' order.</summary>
public sealed record EmbeddingAnswer(IReadOnlyList<float[]> Vectors, string Model, Usage Usage);
