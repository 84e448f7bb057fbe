using System.Text.Json;
using GlobalGateway.EdgeNode.Admission;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation.OpenAIChat;

/// <summary>Reads a chat completion request.</summary>
internal static class ChatRequestReader
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = AdmissionLimits.JsonDepthMax };

    // What the neutral form holds, and what is looked at only to be refused.
    private static readonly HashSet<string> Known =
    [
        "model", "messages", "stream", "stream_options", "max_tokens", "max_completion_tokens", "temperature", "top_p", "frequency_penalty",
        "presence_penalty", "stop", "n", "logprobs", "top_logprobs", "tools", "tool_choice", "parallel_tool_calls", "response_format", "reasoning_effort",
        "functions", "function_call", "audio", "modalities", "logit_bias", "web_search_options",
    ];

    public static ChatRequest Read(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body, Options);
        var root = document.RootElement;
        Refuse(root);
        var logProbs = root.Flag("logprobs") == true;
        return new ChatRequest
        {
            Turns = [.. root.Items("messages").Select(m => ChatMessages.ReadTurn(m.Item.Object(m.Place), m.Place))],
            Tools = [.. root.Items("tools").Select(t => ReadTool(t.Item.Object(t.Place), t.Place))],
            ToolChoice = ReadToolChoice(root),
            ParallelTools = root.Flag("parallel_tool_calls"),
            Stream = root.Flag("stream") == true,
            WantsUsage = root.Has("stream_options", out var options) && options.Object("stream_options").Flag("include_usage", "stream_options") == true,
            MaxOutputTokens = root.Whole("max_completion_tokens", 1, int.MaxValue) ?? root.Whole("max_tokens", 1, int.MaxValue),
            Temperature = root.Number("temperature", 0, 2),
            TopP = root.Number("top_p", 0, 1),
            FrequencyPenalty = root.Number("frequency_penalty", -2, 2),
            PresencePenalty = root.Number("presence_penalty", -2, 2),
            Stop = ReadStop(root),
            Candidates = (int)(root.Whole("n", 1, 128) ?? 1),
            TopLogProbs = logProbs ? (int)(root.Whole("top_logprobs", 0, 20) ?? 0) : null,
            Format = ReadFormat(root),
            Reasoning = root.Text("reasoning_effort") is { } effort ? new Reasoning(effort, null) : null,
            Hints = [.. root.EnumerateObject().Select(p => p.Name).Where(n => !Known.Contains(n))],
        };
    }

    private static void Refuse(JsonElement root)
    {
        foreach (var legacy in (ReadOnlySpan<string>)["functions", "function_call"])
        {
            if (root.Has(legacy, out _))
            {
                throw new TranslationException(legacy, $"\"{legacy}\" is not translated to other APIs; send \"tools\" instead.");
            }
        }

        if (root.Has("web_search_options", out _))
        {
            throw new TranslationException("web_search_options", "Searching the web runs at OpenAI and is not available from this target.");
        }

        if (root.Has("audio", out _) || root.Items("modalities").Any(m => m.Item.ValueKind == JsonValueKind.String && m.Item.GetString() == "audio"))
        {
            throw new TranslationException("audio", "Audio is not available from this target.");
        }

        if (root.Has("logit_bias", out var bias) && bias.ValueKind == JsonValueKind.Object && bias.EnumerateObject().Any())
        {
            throw new TranslationException("logit_bias", "\"logit_bias\" cannot be said to this target.");
        }
    }

    private static List<string> ReadStop(JsonElement root) => !root.Has("stop", out var stop) ? []
        : stop.ValueKind == JsonValueKind.String ? [stop.GetString()!]
        : [.. root.Items("stop").Select(s => s.Item.ValueKind == JsonValueKind.String ? s.Item.GetString()! : throw new TranslationException(s.Place, $"\"{s.Place}\" must be text."))];

    private static ToolSpec ReadTool(JsonElement tool, string place)
    {
        if (tool.Text("type", place) is { } type and not "function")
        {
            throw new TranslationException($"{place}.type", $"Tools of type \"{type}\" are not available from this target.");
        }

        if (!tool.Has("function", out var function))
        {
            throw new TranslationException($"{place}.function", $"\"{place}.function\" is missing.");
        }

        var inner = $"{place}.function";
        function.Object(inner);
        return new ToolSpec(
            function.RequiredText("name", inner),
            function.Text("description", inner),
            function.Has("parameters", out var parameters) ? parameters.Object($"{inner}.parameters").Clone() : null,
            function.Flag("strict", inner));
    }

    private static ToolChoice? ReadToolChoice(JsonElement root) => OpenAIToolChoice.Read(root, static choice =>
        choice.Has("function", out var function) ? function.Object("tool_choice.function").RequiredText("name", "tool_choice.function") : null);

    private static OutputFormat? ReadFormat(JsonElement root)
    {
        if (!root.Has("response_format", out var format))
        {
            return null;
        }

        switch (format.Object("response_format").Text("type", "response_format"))
        {
            case "text":
                return null;
            case "json_object":
                return new OutputFormat(null, null, null);
            case "json_schema" when format.Has("json_schema", out var schema):
                schema.Object("response_format.json_schema");
                return new OutputFormat(
                    schema.Text("name"),
                    schema.Has("schema", out var inner) ? inner.Object("response_format.json_schema.schema").Clone() : null,
                    schema.Flag("strict"));
            default:
                throw new TranslationException("response_format.type", "\"response_format.type\" must be text, json_object or json_schema.");
        }
    }
}
