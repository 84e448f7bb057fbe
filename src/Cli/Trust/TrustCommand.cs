using System.CommandLine;
using System.Text.Json.Nodes;
using GlobalGateway.Cli.Api;
using GlobalGateway.Cli.CommandLine;
using GlobalGateway.Cli.Watching;

namespace GlobalGateway.Cli.Trust;

/// <summary><c>gg trust</c>: which keys edges trust, which keys signed what they hold, and the change from one to the next.</summary>
internal static class TrustCommand
{
    public static Command Create() => new("trust", "Says which signing keys edges trust and hold signatures of; signs anew after a change of the key.") { Status(), Rotate() };

    private static ApiCommand Status()
    {
        var command = new ApiCommand("status", "Says for every edge which keys it trusts, and which keys signed what it serves.", "gg trust status", "gg trust status --output json");
        command.Runs(async call =>
        {
            var report = await ReportAsync(call);
            return call.Answer(report.ToJson(), _ => report.Write(Console.Out));
        });
        return command;
    }

    private static ApiCommand Rotate()
    {
        var yes = new Option<bool>("--yes") { Description = "Do not look whether every edge trusts the key." };
        var command = new ApiCommand(
            "rotate", "Signs what is served and stored anew with the control plane's present key; first place its public half on every edge.", "gg trust rotate", "gg trust rotate --yes") { yes };
        command.Runs(async call =>
        {
            var before = await ReportAsync(call);
            if (before.NotTrusting is { Count: > 0 } missing && !call.Value(yes))
            {
                throw new CommandException(
                    $"{string.Join(", ", missing)} {(missing.Count == 1 ? "does" : "do")} not trust key {before.Key}: place {before.Key}.pem in the trustKeys folder there, then try again. Nothing was changed.");
            }

            return call.Answer(await call.PostAsync("/trust/resign"), result =>
            {
                Console.WriteLine($"signed anew with key {result["keyId"]}: {result["pointers"]} pointers, {result["manifests"]} manifests, {result["revocations"]} revocation lists");
                Console.WriteLine(result["left"]!.GetValue<int>() > 0
                    ? $"! {result["left"]} documents were changed meanwhile; run gg trust rotate again"
                    : "when gg trust status shows no other signature at any edge, remove the key before from their trustKeys folders");
            });
        });
        return command;
    }

    private static async Task<TrustReport> ReportAsync(ApiCall call) => new(await call.GetAsync("/trust"), await call.GetAsync("/edges"));
}

/// <summary>What the edges said of keys, beside the key that signs now.</summary>
internal sealed class TrustReport(JsonNode trust, JsonNode edges)
{
    private readonly List<EdgeKeys> _edges =
    [
        .. edges["edges"]!.AsArray().Select(edge => new EdgeKeys(
            $"{edge!["region"]}.{edge["name"]}", $"{edge["state"]}", edge["lastSeenSeconds"]!.GetValue<double>(), Ids(edge["trustedKeys"]), Ids(edge["signedBy"]))),
    ];

    public string Key { get; } = $"{trust["signingKey"]}";

    /// <summary>Edges that would refuse what the key signs.</summary>
    public IReadOnlyList<string> NotTrusting => [.. _edges.Where(edge => !edge.Trusted.Contains(Key)).Select(edge => edge.Name)];

    /// <summary>Edges whose disk still needs another key.</summary>
    public IReadOnlyList<string> NotCarrying => [.. _edges.Where(edge => edge.SignedBy.Count == 0 || edge.SignedBy.Any(id => id != Key)).Select(edge => edge.Name)];

    public JsonNode ToJson() => new JsonObject
    {
        ["signingKey"] = Key,
        ["edges"] = new JsonArray([.. _edges.Select(edge => (JsonNode)new JsonObject
        {
            ["name"] = edge.Name,
            ["state"] = edge.State,
            ["lastSeenSeconds"] = edge.Age,
            ["trustedKeys"] = new JsonArray([.. edge.Trusted.Select(id => (JsonNode)id)]),
            ["signedBy"] = new JsonArray([.. edge.SignedBy.Select(id => (JsonNode)id)]),
        })]),
        ["notTrusting"] = new JsonArray([.. NotTrusting.Select(name => (JsonNode)name)]),
        ["notCarrying"] = new JsonArray([.. NotCarrying.Select(name => (JsonNode)name)]),
    };

    public void Write(TextWriter output)
    {
        output.WriteLine($"signing key {Key}");
        var table = new TextTable(("edge", false), ("trusts", false), ("holds signatures of", false), ("heard", true));
        foreach (var edge in _edges)
        {
            table.Add(edge.Name, Shown(edge.Trusted), Shown(edge.SignedBy), UnitText.Ago(TimeSpan.FromSeconds(edge.Age)));
        }

        table.Write(output);
        output.WriteLine(NotTrusting.Count > 0 ? $"✗ {string.Join(", ", NotTrusting)}: would refuse what this key signs; place {Key}.pem there"
            : NotCarrying.Count > 0 ? $"! {string.Join(", ", NotCarrying)}: holds signatures of another key; gg trust rotate signs anew"
            : "✓ every edge trusts this key and holds its signatures; other keys can be removed");
    }

    private static string Shown(IReadOnlyList<string> ids) => ids.Count == 0 ? "-" : string.Join(" ", ids);

    private static List<string> Ids(JsonNode? list) => list is JsonArray ids ? [.. ids.Select(id => $"{id}")] : [];

    private sealed record EdgeKeys(string Name, string State, double Age, IReadOnlyList<string> Trusted, IReadOnlyList<string> SignedBy);
}
