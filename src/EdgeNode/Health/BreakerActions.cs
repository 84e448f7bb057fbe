using System.Text.Json;
using GlobalGateway.Contracts.Trust;
using GlobalGateway.EdgeNode.Snapshots;
using GlobalGateway.EdgeNode.Upstreams;

namespace GlobalGateway.EdgeNode.Health;

/// <summary>
/// Lets an operator with the admin token list breakers (<c>GET /breakers</c>), isolate one (<c>POST /breakers/isolate?id=…</c>)
/// and put it back (<c>POST /breakers/restore?id=…</c>); an isolation ends with this edge's process.
/// </summary>
public sealed partial class BreakerActions(SnapshotStore snapshots, AdminToken token, ILogger<BreakerActions> logger)
{
    public const string Path = "/breakers";

    /// <summary>The status and body of the answer.</summary>
    public async Task<(int Status, string Json)> RunAsync(HttpRequest request)
    {
        if (!token.Accepts(request.Headers.Authorization))
        {
            return (StatusCodes.Status401Unauthorized, Problem("Send the edge's admin token as \"authorization: Bearer …\"."));
        }

        var breakers = snapshots.Current?.Breakers().ToArray() ?? [];
        var verb = request.Path.Value![Path.Length..].Trim('/');
        if (verb.Length == 0 && HttpMethods.IsGet(request.Method))
        {
            return (StatusCodes.Status200OK, Describe(breakers));
        }

        if (verb is not ("isolate" or "restore") || !HttpMethods.IsPost(request.Method))
        {
            return (StatusCodes.Status404NotFound, Problem("There are GET /breakers, POST /breakers/isolate?id=… and POST /breakers/restore?id=…"));
        }

        string id = request.Query["id"].ToString();
        if (Array.Find(breakers, b => b.Id == id) is not { } breaker)
        {
            return (StatusCodes.Status404NotFound, Problem($"There is no breaker \"{id}\"; GET /breakers lists them."));
        }

        await (verb == "isolate" ? breaker.IsolateAsync() : breaker.RestoreAsync());
        LogDone(verb, id);
        return (StatusCodes.Status200OK, Describe([breaker]));
    }

    private static string Describe(IEnumerable<TargetBreaker> breakers)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("breakers");
            foreach (var breaker in breakers)
            {
                writer.WriteStartObject();
                writer.WriteString("id", breaker.Id);
                writer.WriteString("state", JsonNamingPolicy.CamelCase.ConvertName(breaker.State.ToString()));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }

    private static string Problem(string why) => $"{{\"detail\":\"{JsonEncodedText.Encode(why)}\"}}\n";

    [LoggerMessage(Level = LogLevel.Warning, EventName = "breaker_action", Message = "an operator asked to {Action} breaker {Id}")]
    private partial void LogDone(string action, string id);
}
