using System.Text.Json.Nodes;

namespace GlobalGateway.Dialects.Cells;

/// <summary>One question of one library to one upstream.</summary>
/// <param name="Ingress">The library's dialect, or the kind of question.</param>
/// <param name="Refused">It must be a 400 that names the field.</param>
public sealed record Cell(string Ingress, string Upstream, string Scenario, bool Refused = false)
{
    public static readonly string[] Ingresses = ["chat", "responses", "messages", "gemini"];
    public static readonly string[] Upstreams = ["openai", "azure", "anthropic", "gemini"];
    public static readonly string[] Scenarios = ["plain", "stream", "tools", "parallel tools", "image", "JSON schema", "reasoning", "error"];

    /// <summary>Every dialect to every provider.</summary>
    public static IReadOnlyList<Cell> Matrix { get; } =
        [.. from ingress in Ingresses from upstream in Upstreams from scenario in Scenarios select new Cell(ingress, upstream, scenario)];

    public static IReadOnlyList<Cell> Embeddings { get; } =
        [.. from upstream in (string[])["openai", "azure", "gemini"] from scenario in (string[])["plain", "batch", "base64", "error"] select new Cell("embeddings", upstream, scenario)];

    public static IReadOnlyList<Cell> Counts { get; } =
        [.. from upstream in Upstreams from library in (string[])["messages", "gemini"] select new Cell("count", upstream, library)];

    /// <summary>What not every provider has a word for. These are all the 400s there are: one more, or one less, and a cell fails.</summary>
    public static IReadOnlyList<Cell> DialectOnly { get; } =
        [.. from upstream in Upstreams from field in (string[])["n", "logprobs", "audio"]
            where field != "audio" || upstream is "anthropic" or "gemini"
            select new Cell("only", upstream, field, Refused: upstream == "anthropic" || field == "audio")];

    /// <summary>Also in the prompt, so that what the provider received can be found.</summary>
    public string Name => $"{Ingress}-{Upstream}-{Scenario}".Replace(' ', '-');

    public JsonObject ToJson() => new()
    {
        ["cell"] = Name,
        ["ingress"] = Ingress,
        ["kind"] = Ingress,
        ["upstream"] = Upstream,
        ["scenario"] = Scenario,
        ["refused"] = Refused,
    };
}
