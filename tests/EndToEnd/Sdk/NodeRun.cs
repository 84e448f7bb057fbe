using System.Text.Json.Nodes;
using GlobalGateway.Testing;
using GlobalGateway.Testing.Node;

namespace GlobalGateway.EndToEnd.Sdk;

/// <summary>Runs a script of tests/EndToEnd/node against a target and keeps what it said of each case.</summary>
internal static class NodeRun
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);
    private static readonly NodeFolder Folder = new("tests", "EndToEnd", "node");

    public static async Task<IReadOnlyDictionary<string, JsonNode>> CasesAsync(string script, SdkTarget target)
    {
        var output = await Folder.RunAsync(script, input: "", new Dictionary<string, string>
        {
            ["SDK_OPENAI_BASE"] = target.OpenAi.ToString(),
            ["SDK_ANTHROPIC_BASE"] = target.Anthropic.ToString().TrimEnd('/'),
            ["SDK_KEY"] = target.Key,
            ["SDK_CHAT_MODEL"] = target.ChatModel,
            ["SDK_EMBEDDING_MODEL"] = target.EmbeddingModel,
            ["SDK_MESSAGES_MODEL"] = target.MessagesModel,
            ["SDK_GEMINI_MODEL"] = target.GeminiModel,
            ["SDK_SIMULATOR"] = target.Simulator.Address.ToString().TrimEnd('/'),
            ["SDK_SIMULATOR_TOKEN"] = target.Simulator.Token,
        }, Limit);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonNode.Parse(line)!).ToDictionary(static line => line["case"]!.GetValue<string>());
    }

    /// <summary>The names of a script's cases, read from its source so that each is a test of its own.</summary>
    public static IReadOnlyList<string> CaseNames(string script)
    {
        var source = File.ReadAllText(SourceTree.PathOf("tests", "EndToEnd", "node", script));
        return [.. System.Text.RegularExpressions.Regex.Matches(source, @"^  '?([a-z0-9-]+)'?: async \(\) => \{$", System.Text.RegularExpressions.RegexOptions.Multiline).Select(static match => match.Groups[1].Value)];
    }
}
