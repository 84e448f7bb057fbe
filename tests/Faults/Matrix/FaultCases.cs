using System.Globalization;
using System.Text.Json.Nodes;
using GlobalGateway.Faults.Clients;
using GlobalGateway.Faults.Fleet;

namespace GlobalGateway.Faults.Matrix;

/// <summary>Every fault the simulator has a script for, at every position where it can happen.</summary>
public static class FaultCases
{
    /// <summary>How long silences and stalls last: longer than a client waits, so that an edge that waits for their end is found out.</summary>
    public const int LongMs = 8_000;

    private const int MidText = 5;
    private const int MidSecondCall = 9;
    private const int AllEvents = 1_000;

    /// <summary>Positions inside a stream, as fields of a fault.</summary>
    private static readonly (string Fault, string Type, JsonObject Fields)[] Breaks =
    [
        ("cut", "cutStream", []),
        ("reset", "cutStream", new() { ["reset"] = true }),
        ("stall", "stallStream", new() { ["durationMs"] = LongMs }),
        ("stall with pings", "stallStream", new() { ["durationMs"] = LongMs, ["keepAlive"] = true }),
        ("half-open", "halfOpen", new() { ["durationMs"] = LongMs }),
        ("malformed event", "malformedEvent", []),
        ("error event", "errorEvent", []),
    ];

    /// <summary>Events that come before the first with meaning.</summary>
    public static int HeldBack(Upstream upstream, ClientApi api) => upstream switch
    {
        Upstream.OpenAIResponses => 4,
        Upstream.OpenAI or Upstream.Azure when api == ClientApi.Responses => 4,
        Upstream.OpenAI => 1,
        Upstream.Azure => 2,
        Upstream.Anthropic => 3,
        _ => 0,
    };

    public static IEnumerable<FaultCase> For(Upstream upstream, ClientApi api, bool stream) =>
        stream ? [.. BeforeHeaders(), .. Bodies(), .. InStream(upstream, api)] : [.. BeforeHeaders(), .. Bodies(), .. InBody()];

    private static IEnumerable<FaultCase> BeforeHeaders()
    {
        const string Position = "before headers";
        foreach (var status in new[] { 500, 502, 503, 529, 408 })
        {
            yield return new($"status {status}", Position, Script("status", ("status", status)));
        }

        foreach (var status in new[] { 401, 403, 404, 429 })
        {
            yield return new($"status {status}", Position, Script("status", ("status", status))) { Rests = true };
        }

        yield return new("reset", Position, Script("resetBeforeHeaders"));
        yield return new("silence", Position, Script("silence", ("durationMs", LongMs)));
        yield return new("half-open", Position, Script("halfOpen", ("durationMs", LongMs)));
        yield return new("slow headers", Position, Script("slowHeaders", ("delayMs", LongMs)));
        yield return new("slow headers, in time", Position, Script("slowHeaders", ("delayMs", 100))) { IsHarmless = true };
        yield return new("close on reuse", Position, Script("closeOnReuse")) { IsHarmless = true, InTurn = true };
        yield return new("reset on reuse", Position, Script("closeOnReuse", ("reset", true))) { IsHarmless = true, InTurn = true };
    }

    private static IEnumerable<FaultCase> Bodies()
    {
        const string Position = "after headers";
        yield return new("error object", Position, Script("jsonError"));
        yield return new("html page", Position, Script("htmlBody"));
        yield return new("empty body", Position, Script("emptyBody"));
        yield return new("gzip", Position, Script("gzipBody")) { IsHarmless = true };
        yield return new("keep-alives only", Position, Script("keepAliveOnly", ("durationMs", LongMs)));
    }

    private static IEnumerable<FaultCase> InBody()
    {
        foreach (var (fault, type, fields) in Breaks.Where(static each => each.Fault != "stall with pings"))
        {
            // A half-open connection breaks at the headers unless it is told to send something first.
            yield return new(fault, "mid body", Script(type, fields, ("afterContentEvents", 1)));
        }
    }

    private static IEnumerable<FaultCase> InStream(Upstream upstream, ClientApi api)
    {
        yield return new("slow first token", "after headers", Script("slowFirstToken", ("delayMs", LongMs)));
        yield return new("slow first token, in time", "after headers", Script("slowFirstToken", ("delayMs", 100))) { IsHarmless = true };
        yield return new("missing terminator", "before the terminator", Script("missingTerminator"), AfterCommit: true);
        foreach (var (fault, type, fields) in Breaks)
        {
            if (fault != "half-open")
            {
                yield return new(fault, "after headers", Script(type, fields, ("afterEvents", 0)));
            }

            for (var held = 1; held <= HeldBack(upstream, api); held++)
            {
                yield return new(fault, $"after held-back event {held.ToString(CultureInfo.InvariantCulture)}", Script(type, fields, ("afterEvents", held)));
            }

            yield return new(fault, "after the first token", Script(type, fields, ("afterContentEvents", 1)), AfterCommit: true);
            yield return new(fault, "mid text", Script(type, fields, ("afterContentEvents", MidText)), AfterCommit: true);
            yield return new(fault, "mid tool call", Script(type, fields, ("afterContentEvents", upstream == Upstream.Gemini ? 1 : 2)), AfterCommit: true) { Tools = true };
            if (upstream != Upstream.Gemini)
            {
                yield return new(fault, "mid second tool call", Script(type, fields, ("afterContentEvents", MidSecondCall)), AfterCommit: true) { Tools = true };
            }

            yield return new(fault, "after the terminator", Script(type, fields, ("afterEvents", AllEvents))) { IsHarmless = true };
            yield return new(fault, "after the terminator of calls", Script(type, fields, ("afterEvents", AllEvents))) { IsHarmless = true, Tools = true };
            yield return new(fault, "before the terminator", Script(type, fields, ("beforeTerminator", true)), AfterCommit: true);
        }
    }

    private static JsonObject Script(string type, params (string Name, JsonNode Value)[] fields) => Script(type, [], fields);

    private static JsonObject Script(string type, JsonObject common, params (string Name, JsonNode Value)[] fields)
    {
        var script = (JsonObject)common.DeepClone();
        script["type"] = type;
        foreach (var (name, value) in fields)
        {
            script[name] = value.DeepClone();
        }

        return script;
    }
}
