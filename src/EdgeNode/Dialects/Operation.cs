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
    ListModels,
    GetModel,
    Service,
}
