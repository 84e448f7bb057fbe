using System.Collections.Frozen;

namespace GlobalGateway.ProviderSimulator.Catalogue;

/// <summary>The models each stand-in vendor serves, found by id or dated snapshot.</summary>
internal sealed class ModelCatalogue
{
    private readonly FrozenDictionary<(ModelVendor, string), SimulatedModel> byName;

    public ModelCatalogue(IEnumerable<SimulatedModel> models)
    {
        All = [.. models];
        byName = All.SelectMany(static model => new[] { model.Id, model.AnsweredAs }.Distinct().Select(name => (Key: (model.Vendor, name), model)))
            .DistinctBy(static entry => entry.Key)
            .ToFrozenDictionary(static entry => entry.Key, static entry => entry.model);
    }

    public IReadOnlyList<SimulatedModel> All { get; }

    public SimulatedModel? Find(ModelVendor vendor, string? name) => name is not null && byName.TryGetValue((vendor, name), out var model) ? model : null;

    public static IReadOnlyList<SimulatedModel> Default { get; } =
    [
        new() { Id = "gpt-4o", Vendor = ModelVendor.OpenAi, Snapshot = "gpt-4o-2024-08-06", Created = 1_715_367_049 },
        new() { Id = "gpt-4o-mini", Vendor = ModelVendor.OpenAi, Snapshot = "gpt-4o-mini-2024-07-18", Created = 1_721_172_741 },
        new() { Id = "gpt-4.1", Vendor = ModelVendor.OpenAi, Snapshot = "gpt-4.1-2025-04-14", ContextTokens = 1_047_576, OutputTokensMax = 32_768, Created = 1_744_316_542 },
        new() { Id = "gpt-4.1-mini", Vendor = ModelVendor.OpenAi, Snapshot = "gpt-4.1-mini-2025-04-14", ContextTokens = 1_047_576, OutputTokensMax = 32_768, Created = 1_744_318_173 },
        new() { Id = "o3-mini", Vendor = ModelVendor.OpenAi, Snapshot = "o3-mini-2025-01-31", Reasoning = true, ContextTokens = 200_000, OutputTokensMax = 100_000, Created = 1_737_146_383 },
        new() { Id = "o4-mini", Vendor = ModelVendor.OpenAi, Snapshot = "o4-mini-2025-04-16", Reasoning = true, ContextTokens = 200_000, OutputTokensMax = 100_000, Created = 1_744_225_351 },
        new() { Id = "gpt-5", Vendor = ModelVendor.OpenAi, Snapshot = "gpt-5-2025-08-07", Reasoning = true, ContextTokens = 400_000, OutputTokensMax = 128_000, Created = 1_754_425_777 },
        new() { Id = "gpt-5-mini", Vendor = ModelVendor.OpenAi, Snapshot = "gpt-5-mini-2025-08-07", Reasoning = true, ContextTokens = 400_000, OutputTokensMax = 128_000, Created = 1_754_425_928 },
        new() { Id = "text-embedding-3-small", Vendor = ModelVendor.OpenAi, Dimensions = 1536, ContextTokens = 8192, Created = 1_705_948_997 },
        new() { Id = "text-embedding-3-large", Vendor = ModelVendor.OpenAi, Dimensions = 3072, ContextTokens = 8192, Created = 1_705_953_180 },
        new() { Id = "claude-opus-4-1", Vendor = ModelVendor.Anthropic, Snapshot = "claude-opus-4-1-20250805", DisplayName = "Claude Opus 4.1", ContextTokens = 200_000, OutputTokensMax = 32_000, OneSamplingField = true, Created = 1_754_352_000 },
        new() { Id = "claude-sonnet-4-5", Vendor = ModelVendor.Anthropic, Snapshot = "claude-sonnet-4-5-20250929", DisplayName = "Claude Sonnet 4.5", ContextTokens = 200_000, OutputTokensMax = 64_000, OneSamplingField = true, Created = 1_759_104_000 },
        new() { Id = "claude-haiku-4-5", Vendor = ModelVendor.Anthropic, Snapshot = "claude-haiku-4-5-20251001", DisplayName = "Claude Haiku 4.5", ContextTokens = 200_000, OutputTokensMax = 64_000, OneSamplingField = true, Created = 1_760_486_400 },
        new() { Id = "gemini-2.5-pro", Vendor = ModelVendor.Gemini, DisplayName = "Gemini 2.5 Pro", ContextTokens = 1_048_576, OutputTokensMax = 65_536 },
        new() { Id = "gemini-2.5-flash", Vendor = ModelVendor.Gemini, DisplayName = "Gemini 2.5 Flash", ContextTokens = 1_048_576, OutputTokensMax = 65_536 },
        new() { Id = "gemini-2.0-flash", Vendor = ModelVendor.Gemini, DisplayName = "Gemini 2.0 Flash", ContextTokens = 1_048_576, OutputTokensMax = 8_192, LogProbs = true },
        new() { Id = "gemini-embedding-001", Vendor = ModelVendor.Gemini, DisplayName = "Gemini Embedding 001", Dimensions = 3072, ContextTokens = 2048 },
    ];
}
