using System.Text.Json;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation.Gemini;

/// <summary>Reads a client's contents; calls without an id get one, and results find theirs by name and order.</summary>
internal static class GeminiContents
{
    private const string UploadedFiles = "https://generativelanguage.googleapis.com/";

    public static List<Turn> Read(JsonElement root)
    {
        var turns = new List<Turn>();
        var open = new List<ToolCallPart>();
        foreach (var (content, place) in root.Items("contents"))
        {
            var model = content.Object(place).Text("role", place) switch
            {
                "model" => true,
                null or "" or "user" or "function" => false,
                _ => throw new TranslationException($"{place}.role", $"\"{place}.role\" must be user or model."),
            };
            var parts = ReadParts(content, place, open, turns.Count);
            turns.Add(new Turn(model ? TurnRole.Assistant : TurnRole.User, parts));
            if (model)
            {
                open = [.. parts.OfType<ToolCallPart>()];
            }
        }

        return turns;
    }

    public static List<Part> ReadParts(JsonElement content, string place, List<ToolCallPart> open, int turn = 0)
    {
        var parts = new List<Part>();
        foreach (var (part, inner) in content.Object(place).Items("parts", place))
        {
            part.Object(inner);
            var signature = part.Text("thoughtSignature", inner);
            if (part.Flag("thought", inner) == true || signature is not null)
            {
                var (provider, own) = GeminiSignatures.Read(signature);
                parts.Add(new ReasoningPart(part.Flag("thought", inner) == true ? part.Text("text", inner) ?? "" : "", own, null, provider));
            }

            if (part.Flag("thought", inner) != true)
            {
                parts.Add(ReadPart(part, inner, open, $"call_{turn}_{parts.Count}"));
            }
        }

        return parts;
    }

    private static Part ReadPart(JsonElement part, string place, List<ToolCallPart> open, string id)
    {
        if (part.Text("text", place) is { } text)
        {
            return new TextPart(text);
        }

        if (part.Has("inlineData", out var data))
        {
            var inner = $"{place}.inlineData";
            var (type, bytes) = (data.Object(inner).RequiredText("mimeType", inner), data.RequiredText("data", inner));
            return type.StartsWith("image/", StringComparison.Ordinal) ? new ImagePart(type, bytes, null) : new FilePart(type, bytes, null, data.Text("displayName", inner));
        }

        if (part.Has("fileData", out var file))
        {
            var inner = $"{place}.fileData";
            var (uri, type) = (file.Object(inner).RequiredText("fileUri", inner), file.Text("mimeType", inner));
            return !uri.StartsWith("https://", StringComparison.Ordinal) || uri.StartsWith(UploadedFiles, StringComparison.Ordinal)
                ? throw new TranslationException($"{inner}.fileUri", "An uploaded file is known only to its provider; send its bytes in \"inlineData\".")
                : type is null || type.StartsWith("image/", StringComparison.Ordinal) ? new ImagePart(null, null, uri) : new FilePart(type, null, uri, file.Text("displayName", inner));
        }

        if (part.Has("functionCall", out var call))
        {
            var inner = $"{place}.functionCall";
            return new ToolCallPart(call.Object(inner).Text("id", inner) ?? id, call.RequiredText("name", inner), call.Has("args", out var args) ? args.Object($"{inner}.args").GetRawText() : "{}");
        }

        return part.Has("functionResponse", out var result)
            ? ReadResult(result.Object($"{place}.functionResponse"), $"{place}.functionResponse", open)
            : throw new TranslationException(place, $"\"{place}\" holds nothing that this target takes: text, inlineData, functionCall or functionResponse.");
    }

    private static ToolResultPart ReadResult(JsonElement result, string place, List<ToolCallPart> open)
    {
        var name = result.RequiredText("name", place);
        var id = result.Text("id", place);
        var call = open.Find(c => c.Id == id) ?? open.Find(c => c.Name == name) ?? throw new TranslationException(place, $"\"{place}\" answers no call of the turn before it.");
        open.Remove(call);
        var text = "";
        var failed = false;
        if (result.Has("response", out var response))
        {
            var members = response.Object($"{place}.response").EnumerateObject().ToArray();
            failed = members is [{ Name: "error" }];
            text = members is [{ Name: "output" or "result" or "error", Value: { ValueKind: JsonValueKind.String } only }] ? only.GetString()! : response.GetRawText();
        }

        return new ToolResultPart(call.Id, name, [new TextPart(text)], failed);
    }
}
