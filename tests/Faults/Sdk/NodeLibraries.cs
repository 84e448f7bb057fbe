using System.Diagnostics;
using System.Text.Json.Nodes;
using GlobalGateway.Faults.Clients;
using GlobalGateway.Faults.Fleet;
using GlobalGateway.Testing;

namespace GlobalGateway.Faults.Sdk;

/// <summary>The npm packages openai, @anthropic-ai/sdk and @google/genai with their defaults, in one process for all cells.</summary>
public static class NodeLibraries
{
    private static readonly TimeSpan InstallMax = TimeSpan.FromMinutes(3);
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

    private static string Folder => SourceTree.PathOf("tests", "Faults", "node");

    public static async Task<IReadOnlyDictionary<int, LibraryOutcome>> StreamAsync(string edge, IEnumerable<LibraryCell> cells)
    {
        if (!Directory.Exists(Path.Combine(Folder, "node_modules")))
        {
            await RunAsync("npm", ["ci", "--no-audit", "--no-fund", "--silent"], "", [], InstallMax);
        }

        var asked = new JsonArray([.. cells.Select(static cell => new JsonObject { ["cell"] = cell.Number, ["library"] = cell.Library, ["model"] = cell.Lane.Model, ["prompt"] = cell.Prompt })]);
        var output = await RunAsync("node", ["streams.mjs"], asked.ToJsonString(), new() { ["EDGE"] = edge, ["EDGE_KEY"] = FaultFleet.ClientKey }, RunMax);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonNode.Parse(line)!)
            .ToDictionary(static line => line["cell"]!.GetValue<int>(), static line => new LibraryOutcome(line["text"]!.GetValue<string>(), line["error"]?.GetValue<string>()));
    }

    private static async Task<string> RunAsync(string program, string[] arguments, string input, Dictionary<string, string> environment, TimeSpan max)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(max);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.StandardInput.WriteAsync(input.AsMemory(), limit.Token);
            process.StandardInput.Close();
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {await error}");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} took more than {max.TotalMinutes} min");
        }
    }
}
