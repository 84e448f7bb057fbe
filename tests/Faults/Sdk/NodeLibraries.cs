using System.Text.Json.Nodes;
using GlobalGateway.Faults.Clients;
using GlobalGateway.Faults.Fleet;
using GlobalGateway.Testing.Node;

namespace GlobalGateway.Faults.Sdk;

/// <summary>The npm packages openai, @anthropic-ai/sdk and @google/genai with their defaults, in one process for all cells.</summary>
public static class NodeLibraries
{
    private static readonly TimeSpan RunMax = TimeSpan.FromMinutes(2);

    public static IReadOnlyDictionary<string, ClientApi> Names { get; } = new Dictionary<string, ClientApi>
    {
        ["npm openai chat"] = ClientApi.Chat,
        ["npm openai chat, stream helper"] = ClientApi.Chat,
        ["npm openai responses"] = ClientApi.Responses,
        ["npm @anthropic-ai/sdk"] = ClientApi.Messages,
        ["npm @anthropic-ai/sdk, stream helper"] = ClientApi.Messages,
        ["npm @google/genai"] = ClientApi.Gemini,
        ["npm @google/genai, v1beta"] = ClientApi.Gemini,
    };

    private static readonly NodeFolder Folder = new("tests", "Faults", "node");

    public static async Task<IReadOnlyDictionary<int, LibraryOutcome>> StreamAsync(string edge, IEnumerable<LibraryCell> cells)
    {
        var asked = new JsonArray([.. cells.Select(static cell => new JsonObject { ["cell"] = cell.Number, ["library"] = cell.Library, ["model"] = cell.Lane.Model, ["prompt"] = cell.Prompt })]);
        var output = await Folder.RunAsync("streams.mjs", asked.ToJsonString(), new Dictionary<string, string> { ["EDGE"] = edge, ["EDGE_KEY"] = FaultFleet.ClientKey }, RunMax);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonNode.Parse(line)!)
            .ToDictionary(static line => line["cell"]!.GetValue<int>(), static line => new LibraryOutcome(line["text"]!.GetValue<string>(), line["error"]?.GetValue<string>()));
    }
}
