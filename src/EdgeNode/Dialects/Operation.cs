namespace GlobalGateway.EdgeNode.Dialects;

/// <summary>What a client asks for.</summary>
public enum Operation
{
    None,
    ChatCompletions,
    Responses,
    Embeddings,
    Messages,
    CountTokens,
    GenerateContent,
    StreamGenerateContent,
    GeminiCountTokens,
    EmbedContent,
    BatchEmbedContents,
    StoredResponse,
    ListModels,
    GetModel,
    Service,
}

public static class OperationExtensions
{
    /// <summary>Whether answers cost money and tokens: counting tokens is free.</summary>
    public static bool IsBilled(this Operation operation) => operation is not (Operation.CountTokens or Operation.GeminiCountTokens or Operation.StoredResponse);
}
