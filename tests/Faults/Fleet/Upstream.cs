using GlobalGateway.Contracts.Resources;

namespace GlobalGateway.Faults.Fleet;

/// <summary>A vendor as the edge calls it.</summary>
public enum Upstream
{
    OpenAI,

    /// <summary>OpenAI where only the responses API is served.</summary>
    OpenAIResponses,
    Azure,
    Anthropic,
    Gemini,
}

/// <summary>Where a vendor is in the simulator, and what its streams look like.</summary>
public static class Upstreams
{
    public static IReadOnlyList<Upstream> All { get; } = Enum.GetValues<Upstream>();

    public static ProviderFormat Format(this Upstream upstream) => upstream switch
    {
        Upstream.OpenAI or Upstream.OpenAIResponses => ProviderFormat.OpenAI,
        Upstream.Azure => ProviderFormat.AzureOpenAI,
        Upstream.Anthropic => ProviderFormat.Anthropic,
        _ => ProviderFormat.Gemini,
    };

    /// <summary>Below the simulator's address.</summary>
    public static string Path(this Upstream upstream) => upstream switch
    {
        Upstream.OpenAI or Upstream.OpenAIResponses => "/openai/v1",
        Upstream.Azure => "/azure",
        Upstream.Anthropic => "/anthropic",
        _ => "/gemini",
    };

    /// <summary>What OpenAI and Azure embed with.</summary>
    public const string EmbeddingModel = "text-embedding-3-small";

    public static string Model(this Upstream upstream) => upstream switch
    {
        Upstream.Anthropic => "claude-sonnet-4-5",
        Upstream.Gemini => "gemini-2.5-flash",
        _ => "gpt-4o-mini",
    };

    public static Capabilities Capabilities(this Upstream upstream) =>
        upstream == Upstream.OpenAIResponses ? new() { Api = [ModelApi.Responses] } : new();
}
