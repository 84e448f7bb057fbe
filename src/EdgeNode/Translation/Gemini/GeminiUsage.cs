using System.Text.Json;
using GlobalGateway.EdgeNode.Metering;

namespace GlobalGateway.EdgeNode.Translation.Gemini;

/// <summary>Reads <c>usageMetadata</c>: the prompt includes what came from the cache, candidates exclude thoughts.</summary>
internal static class GeminiUsage
{
    public static Usage Read(JsonElement answer, Usage known) => !answer.Has("usageMetadata", out var usage)
        ? known
        : new Usage(
            Count(usage, "promptTokenCount") + Count(usage, "toolUsePromptTokenCount"),
            Count(usage, "cachedContentTokenCount"),
            Count(usage, "candidatesTokenCount") + Count(usage, "thoughtsTokenCount"));

    private static long Count(JsonElement usage, string name) =>
        usage.Has(name, out var value) && value.TryGetInt64(out var count) && count > 0 ? count : 0;
}
