using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using GlobalGateway.Dialects.Cells;
using GlobalGateway.Dialects.Streams;

namespace GlobalGateway.Dialects.Seeded;

/// <summary>A mistake that gateways have made, as a change of their answers, and where this suite must see it.</summary>
/// <param name="Cells">Run with the libraries; any failure tells.</param>
/// <param name="Streams">Held against the grammars; any violation tells.</param>
public sealed partial record SeededBug(string Name, Func<string, string> Mutate, Cell[] Cells, StreamQuestion[] Streams)
{
    public static IReadOnlyList<SeededBug> All { get; } =
    [
        new("calls of a chat stream all have index 0", static text => text.Replace("\"tool_calls\":[{\"index\":1", "\"tool_calls\":[{\"index\":0", StringComparison.Ordinal),
            [new("chat", "anthropic", "parallel tools")], []),
        new("the signature in a call's id is lost", static text => CarriedInIds().Replace(text, ""), [new("chat", "anthropic", "reasoning")], []),
        new("the signature of a thinking block is lost", static text => Signature().Replace(text, "\"signature\":\"\""), [new("messages", "anthropic", "reasoning")], []),
        new("an answer with tools ends with end_turn", static text => text.Replace("\"stop_reason\":\"tool_use\"", "\"stop_reason\":\"end_turn\"", StringComparison.Ordinal),
            [new("messages", "openai", "tools")], []),
        new("an answer with tools ends with stop", static text => text.Replace("\"finish_reason\":\"tool_calls\"", "\"finish_reason\":\"stop\"", StringComparison.Ordinal),
            [new("chat", "gemini", "tools")], []),
        new("cached tokens are counted twice in a stream", static text => text.Contains("event:", StringComparison.Ordinal) ? InputTokens().Replace(text, Twice) : text,
            [new("messages", "gemini", "stream")], []),
        new("a done event is missing", static text => DoneEvent().Replace(text, ""), [], [new("responses", "anthropic", "text")]),
        new("base64 is answered with floats", static text => Base64Vector().Replace(text, Floats), [new("embeddings", "gemini", "base64")], []),
        new("a cut stream gets its end mark", static text => FinishChunk().Replace(text, ""), [], [new("chat", "anthropic", "text")]),
        new("blocks do not count up", static text => text.Replace("\"index\":1", "\"index\":0", StringComparison.Ordinal), [], [new("messages", "openai", "tools")]),
        new("arguments of a call are empty", static text => Arguments().Replace(text, "\"arguments\":\"\""), [new("chat", "gemini", "tools")], []),
        new("two calls have one id", static text => CallIds().Replace(text, "\"id\":\"call_same\""), [new("chat", "gemini", "parallel tools")], []),
        new("a Gemini stream ends without a finishReason", static text => text.Replace("\"finishReason\":\"STOP\"", "\"index\":0", StringComparison.Ordinal), [], [new("gemini", "openai", "text")]),
        new("two events have one sequence number", static text => text.Replace("\"sequence_number\":3", "\"sequence_number\":2", StringComparison.Ordinal), [], [new("responses", "gemini", "text")]),
        new("the answer to a schema is a call", static text => text.Replace("\"finish_reason\":\"stop\"", "\"finish_reason\":\"tool_calls\"", StringComparison.Ordinal),
            [new("chat", "anthropic", "JSON schema")], []),
        new("a refusal by the provider is a 500", static text => text.Contains("invalid_request", StringComparison.Ordinal) ? "{}" : text, [new("chat", "openai", "error")], []),
    ];

    private static string Twice(Match match) =>
        string.Create(CultureInfo.InvariantCulture, $"\"input_tokens\":{2 * int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)}");

    private static string Floats(Match match)
    {
        var bytes = Convert.FromBase64String(match.Groups[1].Value);
        return $"\"embedding\":{JsonSerializer.Serialize(Enumerable.Range(0, bytes.Length / 4).Select(i => BitConverter.ToSingle(bytes, 4 * i)))}";
    }

    [GeneratedRegex("_g[rt]s_[A-Za-z0-9_-]+")]
    private static partial Regex CarriedInIds();

    [GeneratedRegex("\"signature\":\"[^\"]+\"")]
    private static partial Regex Signature();

    [GeneratedRegex("\"input_tokens\":([0-9]+)")]
    private static partial Regex InputTokens();

    [GeneratedRegex("event: response\\.output_text\\.done\ndata: [^\n]*\n\n")]
    private static partial Regex DoneEvent();

    [GeneratedRegex("\"embedding\":\"([A-Za-z0-9+/=]+)\"")]
    private static partial Regex Base64Vector();

    [GeneratedRegex("data: [^\n]*\"finish_reason\":\"stop\"[^\n]*\n\n")]
    private static partial Regex FinishChunk();

    [GeneratedRegex("\"arguments\":\"(?:[^\"\\\\]|\\\\.)+\"")]
    private static partial Regex Arguments();

    [GeneratedRegex("\"id\":\"call_[^\"]+\"|\"id\":\"(?!chatcmpl)[A-Za-z0-9_-]+(?=\",\"type\":\"function\")\"")]
    private static partial Regex CallIds();
}
