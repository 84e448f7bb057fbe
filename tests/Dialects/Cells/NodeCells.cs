using System.Text.Json.Nodes;
using GlobalGateway.Dialects.Fleet;
using GlobalGateway.Testing.Node;

namespace GlobalGateway.Dialects.Cells;

/// <summary>Runs cells with the npm packages openai, @anthropic-ai/sdk and @google/genai, many at once in one process.</summary>
public static class NodeCells
{
    private static readonly TimeSpan RunMax = TimeSpan.FromMinutes(3);
    private static readonly NodeFolder Folder = new("tests", "Dialects", "node");

    /// <summary>What went wrong in each cell, by name; null where nothing did.</summary>
    /// <param name="edge">Where the libraries are pointed.</param>
    public static async Task<IReadOnlyDictionary<string, string?>> RunAsync(string script, DialectFleet fleet, string edge, IEnumerable<Cell> cells)
    {
        var output = await Folder.RunAsync(
            script,
            new JsonArray([.. cells.Select(static cell => cell.ToJson())]).ToJsonString(),
            new Dictionary<string, string>
            {
                ["EDGE"] = edge,
                ["EDGE_KEY"] = DialectFleet.ClientKey,
                ["SIMULATOR"] = fleet.Simulator,
                ["SIMULATOR_TOKEN"] = DialectFleet.AdminToken,
            },
            RunMax);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonNode.Parse(line)!)
            .ToDictionary(static line => line["cell"]!.GetValue<string>(), static line => line["error"]?.GetValue<string>());
    }
}
