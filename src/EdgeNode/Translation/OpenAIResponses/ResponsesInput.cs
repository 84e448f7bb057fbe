using System.Text.Json;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation.OpenAIResponses;

/// <summary>Reads <c>input</c>: text, or items, of which those of one turn of the model become one turn here.</summary>
internal static class ResponsesInput
{
    public static void Read(JsonElement root, List<Turn> turns)
    {
        root.Has("input", out var input);
        if (input.ValueKind == JsonValueKind.String)
        {
            turns.Add(new Turn(TurnRole.User, [new TextPart(input.GetString()!)]));
            return;
        }

        foreach (var (item, place) in root.Items("input"))
        {
            Add(turns, ReadItem(item.Object(place), place));
        }
    }

    // A model's reasoning, text and calls are items of their own, and so are the results of its calls.
    private static void Add(List<Turn> turns, Turn next)
    {
        if (turns is [.., var last] && last.Role == next.Role && (next.Role == TurnRole.Assistant || next.Role == TurnRole.User && IsResults(last) && IsResults(next)))
        {
            turns[^1] = last with { Parts = [.. last.Parts, .. next.Parts] };
        }
        else
        {
            turns.Add(next);
        }
    }

    private static bool IsResults(Turn turn) => turn.Parts.Count > 0 && turn.Parts.All(p => p is ToolResultPart);

    private static Turn ReadItem(JsonElement item, string place) => item.Text("type", place) switch
    {
        null or "message" => ReadMessage(item, place),
        "function_call" => new Turn(TurnRole.Assistant,
            [new ToolCallPart(item.RequiredText("call_id", place), item.RequiredText("name", place), ToolArguments.Valid(item.Text("arguments", place), $"{place}.arguments"))]),
        "function_call_output" => new Turn(TurnRole.User,
            [new ToolResultPart(item.RequiredText("call_id", place), null, ReadContent(item, "output", place), IsError: false)]),
        "reasoning" => new Turn(TurnRole.Assistant, [ResponsesReasoning.Decrypt(ReasoningText(item, place), item.Text("encrypted_content", place))]),
        "item_reference" => throw new TranslationException(place, "An \"item_reference\" is known only to the provider that keeps the item; send the item itself."),
        var type => throw new TranslationException($"{place}.type", $"Items of type \"{type}\" are not available from this target."),
    };

    private static Turn ReadMessage(JsonElement item, string place) => item.RequiredText("role", place) switch
    {
        "user" => new Turn(TurnRole.User, ReadContent(item, "content", place)),
        "assistant" => new Turn(TurnRole.Assistant, ReadContent(item, "content", place)),
        "system" or "developer" => new Turn(TurnRole.System, ReadContent(item, "content", place)),
        var role => throw new TranslationException($"{place}.role", $"\"{place}.role\" is \"{role}\"; it must be user, assistant, system or developer."),
    };

    /// <summary>A member that is text or a list of parts.</summary>
    private static List<Part> ReadContent(JsonElement owner, string member, string place)
    {
        if (!owner.Has(member, out var content))
        {
            return [];
        }

        return content.ValueKind == JsonValueKind.String
            ? [new TextPart(content.GetString()!)]
            : [.. owner.Items(member, place).Select(p => ReadPart(p.Item.Object(p.Place), p.Place))];
    }

    private static Part ReadPart(JsonElement part, string place) => part.RequiredText("type", place) switch
    {
        "input_text" or "output_text" or "text" => new TextPart(part.RequiredText("text", place)),
        "refusal" => new RefusalPart(part.RequiredText("refusal", place)),
        "input_image" => ReadImage(part, place),
        "input_file" => ReadFile(part, place),
        var type => throw new TranslationException($"{place}.type", $"Content of type \"{type}\" is not available from this target."),
    };

    private static ImagePart ReadImage(JsonElement part, string place) => part.Text("image_url", place) is not { } url
        ? throw Uploaded("image", "image_url", place)
        : DataUrl.TryParse(url, out var type, out var bytes) ? new ImagePart(type, bytes, null) : new ImagePart(null, null, url);

    private static FilePart ReadFile(JsonElement part, string place)
    {
        var name = part.Text("filename", place);
        if (part.Text("file_url", place) is { } url)
        {
            return new FilePart(null, null, url, name);
        }

        var data = part.Text("file_data", place) ?? throw Uploaded("file", "file_data", place);
        return DataUrl.TryParse(data, out var type, out var bytes) ? new FilePart(type, bytes, null, name)
            : throw new TranslationException($"{place}.file_data", $"\"{place}.file_data\" must be a data URL: data:application/pdf;base64,…");
    }

    private static TranslationException Uploaded(string what, string instead, string place) =>
        new($"{place}.file_id", $"An uploaded {what} is known only to its provider; send it in \"{instead}\".");

    public static string ReasoningText(JsonElement item, string place)
    {
        var summary = Texts(item, "summary", place);
        return summary.Length > 0 ? summary : Texts(item, "content", place);
    }

    private static string Texts(JsonElement item, string member, string place) =>
        string.Join("\n\n", item.Items(member, place).Select(p => p.Item.Object(p.Place).Text("text", p.Place)).OfType<string>());
}
