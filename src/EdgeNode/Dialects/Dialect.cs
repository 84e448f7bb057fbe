namespace GlobalGateway.EdgeNode.Dialects;

/// <summary>The shape in which a client expects answers and errors.</summary>
public enum Dialect
{
    /// <summary>RFC 9457 problem details, for everything that is not a model API.</summary>
    Problem,
    OpenAI,
    Anthropic,
    Gemini,
}
