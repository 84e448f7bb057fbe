using System.Text;
using System.Text.Json;

namespace GlobalGateway.Testing.Grammars;

/// <summary>One item of a response between its added and its done event: parts in order, deltas that add up.</summary>
internal sealed class ResponsesItemWalk(JsonElement added)
{
    private readonly string _type = Text(added, "type");
    private readonly StringBuilder _arguments = new();
    private readonly List<Part> _parts = [];
    private bool _argumentsDone;

    public string Id { get; } = Text(added, "id");

    /// <summary>The item of its done event.</summary>
    public JsonElement? Done { get; private set; }

    /// <summary>What is wrong with an event of this item; nothing when it may come here.</summary>
    public string? Take(string type, JsonElement json)
    {
        if (Done is not null)
        {
            return $"{type} comes after its item is done";
        }

        switch (type)
        {
            case "response.output_item.done":
                Done = json.GetProperty("item").Clone();
                return Finish(Done.Value);
            case "response.content_part.added" or "response.reasoning_summary_part.added":
                return Open(json);
            case "response.content_part.done" or "response.reasoning_summary_part.done":
                return Close(json);
            case "response.function_call_arguments.delta" when _type == "function_call" && !_argumentsDone:
                _arguments.Append(Text(json, "delta"));
                return null;
            case "response.function_call_arguments.done" when _type == "function_call" && !_argumentsDone:
                _argumentsDone = true;
                return Text(json, "arguments") == _arguments.ToString() ? null : "the arguments are not those of their deltas";
            case "response.output_text.annotation.added":
                return PartOf(json) is null ? "an annotation of no open part" : null;
        }

        return type switch
        {
            "response.output_text.delta" or "response.refusal.delta" or "response.reasoning_summary_text.delta" => Say(type, json),
            "response.output_text.done" => Said(json, "text"),
            "response.refusal.done" => Said(json, "refusal"),
            "response.reasoning_summary_text.done" => Said(json, "text"),
            // Items that run at the provider have events of their own.
            _ when _type is not ("message" or "function_call" or "reasoning") => null,
            _ => $"{type} inside a {_type}",
        };
    }

    private string? Open(JsonElement json)
    {
        var index = IndexOf(json);
        if (_parts.Any(p => !p.Closed))
        {
            return "a part is added while another is open";
        }

        _parts.Add(new Part(Text(json.GetProperty("part"), "type")));
        return index == _parts.Count - 1 ? null : $"part {index} is not the next, {_parts.Count - 1}";
    }

    private string? Say(string type, JsonElement json)
    {
        if (PartOf(json) is not { Said: null } part)
        {
            return $"{type} of no open part";
        }

        part.Text.Append(Text(json, "delta"));
        var fits = (part.Type, type) is ("output_text", "response.output_text.delta") or ("refusal", "response.refusal.delta") or ("summary_text", "response.reasoning_summary_text.delta");
        return fits ? null : $"{type} inside {part.Type}";
    }

    private string? Said(JsonElement json, string field)
    {
        if (PartOf(json) is not { Said: null } part)
        {
            return "the text of no open part is done";
        }

        part.Said = Text(json, field);
        return part.Said == part.Text.ToString() ? null : "the text is not that of its deltas";
    }

    private string? Close(JsonElement json)
    {
        if (PartOf(json) is not { } part)
        {
            return "a part is done that is not open";
        }

        part.Closed = true;
        return part.Said is null ? "a part is done before its text" : Content(json.GetProperty("part")) == part.Said ? null : "a part is not as its text was done";
    }

    private string? Finish(JsonElement item)
    {
        if (Text(item, "id") != Id || Text(item, "type") != _type)
        {
            return "an item is done under another id or type";
        }

        switch (_type)
        {
            case "function_call":
                return !_argumentsDone ? "a call is done before its arguments"
                    : Text(item, "arguments") != _arguments.ToString() ? "a call is not as its arguments were done"
                    : Text(item, "call_id").Length == 0 || Text(item, "name").Length == 0 ? "a call has no call_id or name"
                    : Text(item, "status") == "completed" && !IsObject(_arguments.ToString()) ? $"the arguments are no JSON object: {_arguments}"
                    : null;
            case "message" or "reasoning":
                var parts = item.TryGetProperty(_type == "message" ? "content" : "summary", out var list) ? list.EnumerateArray().Select(Content).ToArray() : [];
                return _parts.Any(p => !p.Closed) ? "an item is done before its part"
                    : parts.SequenceEqual(_parts.Select(p => p.Said)) ? null
                    : "an item is not as its parts were done";
            default:
                return null;
        }
    }

    private Part? PartOf(JsonElement json) => IndexOf(json) is var index && index >= 0 && index < _parts.Count && !_parts[index].Closed ? _parts[index] : null;

    private static int IndexOf(JsonElement json) =>
        json.TryGetProperty("content_index", out var index) || json.TryGetProperty("summary_index", out index) ? index.GetInt32() : -1;

    private static string Content(JsonElement part) => Text(part, Text(part, "type") == "refusal" ? "refusal" : "text");

    private static string Text(JsonElement owner, string member) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static bool IsObject(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private sealed class Part(string type)
    {
        public string Type => type;
        public StringBuilder Text { get; } = new();
        public string? Said { get; set; }
        public bool Closed { get; set; }
    }
}
