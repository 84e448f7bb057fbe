using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using GlobalGateway.EdgeNode.Translation;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.Unit.EdgeNode.Translation;

/// <summary>
/// What of a request or answer must survive any dialect, as text to compare: less what docs/translation.md says is approximated,
/// merged or dropped.
/// </summary>
internal static class Canonical
{
    public static string Of(ChatRequest request, IReadOnlySet<string> lost)
    {
        var text = new StringBuilder();
        var names = new Dictionary<string, string>();
        var system = string.Join("\n\n", request.Turns.Where(t => t.Role == TurnRole.System).SelectMany(t => t.Parts).OfType<TextPart>().Select(t => t.Text).Where(t => t.Length > 0));
        text.Append(CultureInfo.InvariantCulture, $"system: {system}\n");
        foreach (var turn in Merged(request.Turns))
        {
            text.Append(CultureInfo.InvariantCulture, $"{turn.Role}:\n");
            foreach (var part in turn.Parts)
            {
                text.Append(CultureInfo.InvariantCulture, $"  {Of(part, names, lost)}\n");
            }
        }

        foreach (var tool in request.Tools)
        {
            text.Append(CultureInfo.InvariantCulture, $"tool {tool.Name} {tool.Description}: {OfSchema(tool.Schema)}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"choice {(request.ToolChoice?.Kind is null or ToolChoiceKind.Auto ? "" : request.ToolChoice)}\n");
        text.Append(CultureInfo.InvariantCulture, $"parallel {(lost.Contains("parallel") || request.ToolChoice?.Kind == ToolChoiceKind.None ? null : request.ParallelTools)}\n");
        text.Append(CultureInfo.InvariantCulture, $"format {OfSchema(request.Format?.Schema)}\n");
        text.Append(CultureInfo.InvariantCulture, $"limit {(lost.Contains("limit") ? null : request.MaxOutputTokens)}\n");
        text.Append(CultureInfo.InvariantCulture, $"sampling {request.Temperature} {request.TopP}\n");
        text.Append(CultureInfo.InvariantCulture, $"stop {string.Join('|', request.Stop)}\n");
        text.Append(CultureInfo.InvariantCulture, $"reasoning {(request.Reasoning is { } reasoning ? ReasoningEffort.Word(reasoning) : "")}\n");
        return text.ToString();
    }

    public static string Of(ChatAnswer answer)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"thinking: {string.Concat(answer.Parts.OfType<ReasoningPart>().Select(r => r.Text))}\n");
        text.Append(CultureInfo.InvariantCulture, $"text: {string.Concat(answer.Parts.Select(p => p is TextPart t ? t.Text : p is RefusalPart r ? r.Text : ""))}\n");
        foreach (var call in answer.Parts.OfType<ToolCallPart>())
        {
            text.Append(CultureInfo.InvariantCulture, $"call {call.Id} {call.Name} {Json(call.Arguments)}\n");
        }

        var stop = answer.Stop switch { StopKind.Pause => StopKind.Length, StopKind.Refusal => StopKind.Filter, var other => other };
        text.Append(CultureInfo.InvariantCulture, $"stop {stop}\nusage {answer.Usage.TotalInput} {answer.Usage.CacheRead} {answer.Usage.TotalOutput}\n");
        return text.ToString();
    }

    private static string Of(Part part, Dictionary<string, string> names, IReadOnlySet<string> lost) => part switch
    {
        TextPart text => $"text {text.Text}",
        ImagePart image => $"image {image.MediaType} {image.Base64} {image.Url}",
        FilePart file => $"file {file.MediaType} {file.Base64} {file.Url}",
        ToolCallPart call => $"call {Name(names, call.Id)} {call.Name} {Json(call.Arguments)}",
        ToolResultPart result =>
            $"result {Name(names, result.CallId)} {(lost.Contains("errors") ? "" : result.IsError)} {Json(string.Concat(result.Content.OfType<TextPart>().Select(t => t.Text)))}",
        _ => part.ToString(),
    };

    /// <summary>As providers with alternating roles get them: results first and in the order of their calls, their attachments next, texts side by side as one.</summary>
    private static List<Turn> Merged(IEnumerable<Turn> turns)
    {
        var merged = new List<Turn>();
        foreach (var turn in turns.Where(t => t.Role != TurnRole.System))
        {
            var parts = turn.Parts.SelectMany(p => p is FilePart { MediaType: "text/plain", Base64: { } bytes } ? [new TextPart(Encoding.UTF8.GetString(Convert.FromBase64String(bytes)))] : (Part[])[p])
                .Where(p => p is not (ReasoningPart or TextPart { Text.Length: 0 })).ToList();
            if (merged is [.., var last] && last.Role == turn.Role)
            {
                merged[^1] = last with { Parts = [.. last.Parts, .. parts] };
            }
            else if (parts.Count > 0)
            {
                merged.Add(turn with { Parts = parts });
            }
        }

        for (var i = 0; i < merged.Count; i++)
        {
            string[] order = i > 0 ? [.. merged[i - 1].Parts.OfType<ToolCallPart>().Select(c => c.Id)] : [];
            var results = merged[i].Parts.OfType<ToolResultPart>().OrderBy(r => Array.IndexOf(order, r.CallId)).ToList();
            var attached = merged[i].Parts.OfType<ToolResultPart>().SelectMany(r => r.Content.Where(p => p is ImagePart)).Concat(merged[i].Parts.Where(p => p is ImagePart or FilePart));
            var texts = string.Concat(merged[i].Parts.OfType<TextPart>().Select(t => t.Text));
            var calls = merged[i].Parts.OfType<ToolCallPart>();
            merged[i] = merged[i] with { Parts = [.. results, .. attached.OrderBy(a => a.ToString(), StringComparer.Ordinal), .. texts.Length > 0 ? [new TextPart(texts)] : (Part[])[], .. calls] };
        }

        return merged;
    }

    private static string Name(Dictionary<string, string> names, string id) => names.TryGetValue(id, out var name) ? name : names[id] = $"#{names.Count}";

    private static string OfSchema(JsonElement? schema)
    {
        if (schema is not { } given)
        {
            return "";
        }

        var node = JsonNode.Parse(given.GetRawText())!;
        Strip(node);
        return node.ToJsonString();
    }

    // Providers that hold the model to a schema demand closed objects.
    private static void Strip(JsonNode? node)
    {
        if (node is JsonObject obj)
        {
            obj.Remove("additionalProperties");
            foreach (var (_, value) in obj.ToList())
            {
                Strip(value);
            }

            var sorted = obj.OrderBy(p => p.Key, StringComparer.Ordinal).ToList();
            obj.Clear();
            foreach (var (name, value) in sorted)
            {
                obj.Add(name, value);
            }
        }
        else if (node is JsonArray list)
        {
            foreach (var item in list)
            {
                Strip(item);
            }
        }
    }

    private static string Json(string text)
    {
        try
        {
            return JsonNode.Parse(text)?.ToJsonString() ?? "null";
        }
        catch (JsonException)
        {
            return text;
        }
    }
}
