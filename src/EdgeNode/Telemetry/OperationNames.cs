using GlobalGateway.EdgeNode.Dialects;

namespace GlobalGateway.EdgeNode.Telemetry;

/// <summary>Operations as metrics and logs call them.</summary>
public static class OperationNames
{
    public static string Of(Operation operation) => operation switch
    {
        Operation.ChatCompletions => "chat",
        Operation.Responses or Operation.StoredResponse => "responses",
        Operation.Embeddings or Operation.EmbedContent or Operation.BatchEmbedContents => "embeddings",
        Operation.Messages => "messages",
        Operation.GenerateContent or Operation.StreamGenerateContent => "generate_content",
        Operation.CountTokens or Operation.GeminiCountTokens => "count_tokens",
        Operation.ListModels or Operation.GetModel => "models",
        Operation.Service => "service",
        _ => "none",
    };
}
