using System.Text.Json.Serialization;
using GlobalGateway.ProviderSimulator.Admin;

namespace GlobalGateway.ProviderSimulator.Catalogue;

[JsonConverter(typeof(CamelCaseEnumConverter<ModelVendor>))]
public enum ModelVendor { OpenAi, Anthropic, Gemini }

/// <summary>A model that a stand-in provider knows, with what its vendor lets it do.</summary>
public sealed record SimulatedModel
{
    /// <summary>The name clients use.</summary>
    public required string Id { get; set; }

    public required ModelVendor Vendor { get; set; }

    /// <summary>The dated name that answers carry; the id itself when absent.</summary>
    public string? Snapshot { get; set; }

    public string? DisplayName { get; set; }

    /// <summary>Refuses sampling fields and <c>max_tokens</c>, as o* and gpt-5* do.</summary>
    public bool Reasoning { get; set; }

    /// <summary>Dimensions of an embedding model; 0 for models that write text.</summary>
    public int Dimensions { get; set; }

    public int ContextTokens { get; set; } = 128_000;
    public int OutputTokensMax { get; set; } = 16_384;

    /// <summary>Unix seconds.</summary>
    public long Created { get; set; } = 1_721_172_741;

    /// <summary>Anthropic's newer models take one of temperature and top_p only.</summary>
    public bool OneSamplingField { get; set; }

    /// <summary>Gives log probabilities, as only some of Gemini's models do.</summary>
    public bool LogProbs { get; set; }

    [JsonIgnore]
    public bool IsEmbedding => Dimensions > 0;

    [JsonIgnore]
    public string AnsweredAs => Snapshot ?? Id;
}
