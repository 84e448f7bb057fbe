using System.Text.Json.Serialization;

namespace GlobalGateway.ProviderSimulator.Catalogue;

[JsonConverter(typeof(JsonStringEnumConverter<ModelVendor>))]
public enum ModelVendor { OpenAi, Anthropic, Gemini }

/// <summary>A model that a stand-in provider knows, with what its vendor lets it do.</summary>
public sealed record SimulatedModel
{
    /// <summary>The name clients use.</summary>
    public required string Id { get; init; }

    public required ModelVendor Vendor { get; init; }

    /// <summary>The dated name that answers carry; the id itself when absent.</summary>
    public string? Snapshot { get; init; }

    public string? DisplayName { get; init; }

    /// <summary>Refuses sampling fields and <c>max_tokens</c>, as o* and gpt-5* do.</summary>
    public bool Reasoning { get; init; }

    /// <summary>Dimensions of an embedding model; 0 for models that write text.</summary>
    public int Dimensions { get; init; }

    public int ContextTokens { get; init; } = 128_000;
    public int OutputTokensMax { get; init; } = 16_384;

    /// <summary>Unix seconds.</summary>
    public long Created { get; init; } = 1_721_172_741;

    /// <summary>Anthropic's newer models take one of temperature and top_p only.</summary>
    public bool OneSamplingField { get; init; }

    [JsonIgnore]
    public bool IsEmbedding => Dimensions > 0;

    [JsonIgnore]
    public string AnsweredAs => Snapshot ?? Id;
}
