using System.Text.Json;
using GlobalGateway.EdgeNode.Admission;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation.OpenAIResponses;

/// <summary>Reads a request of the responses API that a target of another API is to serve.</summary>
internal static class ResponsesRequestReader
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = AdmissionLimits.JsonDepthMax };

    // What the neutral form holds, and what is looked at only to be refused.
    private static readonly HashSet<string> Known =
    [
        "model", "input", "instructions", "stream", "max_output_tokens", "temperature", "top_p", "tools", "tool_choice", "parallel_tool_calls",
        "text", "reasoning", "include", "top_logprobs", "previous_response_id", "conversation", "background", "prompt",
    ];

    public static ChatRequest Read(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body, Options);
        var root = document.RootElement;
        RefuseState(root);
        var turns = new List<Turn>();
        if (root.Text("instructions") is { Length: > 0 } instructions)
        {
            turns.Add(new Turn(TurnRole.System, [new TextPart(instructions)]));
        }

        ResponsesInput.Read(root, turns);
        var (format, verbosity) = ReadText(root);
        var hints = root.EnumerateObject().Where(p => p.Value.ValueKind != JsonValueKind.Null).Select(p => p.Name).Where(n => !Known.Contains(n));
        return new ChatRequest
        {
            Turns = turns,
            Tools = [.. root.Items("tools").Select(t => ReadTool(t.Item.Object(t.Place), t.Place))],
            ToolChoice = ReadToolChoice(root),
            ParallelTools = root.Flag("parallel_tool_calls"),
            Stream = root.Flag("stream") == true,
            WantsUsage = true,
            MaxOutputTokens = root.Whole("max_output_tokens", 1, int.MaxValue),
            Temperature = root.Number("temperature", 0, 2),
            TopP = root.Number("top_p", 0, 1),
            TopLogProbs = ReadLogProbs(root),
            Format = format,
            Reasoning = ReadReasoning(root),
            Hints = verbosity ? [.. hints, "text.verbosity"] : [.. hints],
        };
    }

    private static void RefuseState(JsonElement root)
    {
        if (root.Has("previous_response_id", out _))
        {
            throw new TranslationException("previous_response_id", "\"previous_response_id\" needs a target that keeps responses; send the conversation so far in \"input\".");
        }

        if (root.Has("conversation", out _))
        {
            throw new TranslationException("conversation", "\"conversation\" needs a target that keeps conversations; send the conversation so far in \"input\".");
        }

        if (root.Flag("background") == true)
        {
            throw new TranslationException("background", "\"background\" needs a target that keeps responses.");
        }

        if (root.Has("prompt", out _))
        {
            throw new TranslationException("prompt", "\"prompt\" names a template that only its provider knows; send \"instructions\" and \"input\".");
        }

        if (!root.Has("input", out _))
        {
            throw new TranslationException("input", "\"input\" is missing.");
        }
    }

    private static ToolSpec ReadTool(JsonElement tool, string place) => tool.RequiredText("type", place) switch
    {
        "function" => new ToolSpec(
            tool.RequiredText("name", place),
            tool.Text("description", place),
            tool.Has("parameters", out var parameters) ? parameters.Object($"{place}.parameters").Clone() : null,
            tool.Flag("strict", place)),
        "custom" => throw new TranslationException($"{place}.type", "Tools of type \"custom\" are not available from this target; use \"function\"."),
        var type => throw new TranslationException($"{place}.type", $"The tool \"{type}\" runs at OpenAI and is not available from this target."),
    };

    private static ToolChoice? ReadToolChoice(JsonElement root) => OpenAIToolChoice.Read(root, static choice =>
        choice.Text("type", "tool_choice") == "function" ? choice.RequiredText("name", "tool_choice") : null);

    private static (OutputFormat? Format, bool Verbosity) ReadText(JsonElement root)
    {
        if (!root.Has("text", out var text))
        {
            return (null, false);
        }

        return (text.Object("text").Has("format", out var format) ? ReadFormat(format.Object("text.format")) : null, text.Has("verbosity", out _));
    }

    private static OutputFormat? ReadFormat(JsonElement format) => format.Text("type", "text.format") switch
    {
        "text" => null,
        "json_object" => new OutputFormat(null, null, null),
        "json_schema" => new OutputFormat(
            format.Text("name", "text.format"),
            format.Has("schema", out var schema) ? schema.Object("text.format.schema").Clone() : throw new TranslationException("text.format.schema", "\"text.format.schema\" is missing."),
            format.Flag("strict", "text.format")),
        _ => throw new TranslationException("text.format.type", "\"text.format.type\" must be text, json_object or json_schema."),
    };

    private static Reasoning? ReadReasoning(JsonElement root)
    {
        if (!root.Has("reasoning", out var reasoning))
        {
            return null;
        }

        var effort = reasoning.Object("reasoning").Text("effort", "reasoning");
        var summary = reasoning.Text("summary", "reasoning") ?? reasoning.Text("generate_summary", "reasoning");
        // Asking for a summary is asking for reasoning, and medium is the API's own default.
        return effort is null && summary is null ? null : new Reasoning(effort ?? "medium", null) { Summary = summary };
    }

    // Log probabilities come only when they are included; the number alone asks for none.
    private static int? ReadLogProbs(JsonElement root) =>
        root.Items("include").Any(i => i.Item.ValueKind == JsonValueKind.String && i.Item.GetString() == "message.output_text.logprobs")
            ? (int)(root.Whole("top_logprobs", 0, 20) ?? 0)
            : null;
}
