using System.Text.Json;
using GlobalGateway.EdgeNode.Admission;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation.AnthropicMessages;

/// <summary>Reads a messages request.</summary>
internal static class MessagesRequestReader
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = AdmissionLimits.JsonDepthMax };

    private static readonly HashSet<string> Known =
        ["model", "messages", "system", "max_tokens", "stream", "temperature", "top_p", "top_k", "stop_sequences", "tools", "tool_choice", "thinking", "output_config", "output_format"];

    /// <param name="limitRequired">Anthropic demands <c>max_tokens</c> of a message, not of counting its tokens.</param>
    public static ChatRequest Read(ReadOnlyMemory<byte> body, bool limitRequired = true)
    {
        using var document = JsonDocument.Parse(body, Options);
        var root = document.RootElement;
        foreach (var own in (ReadOnlySpan<string>)["mcp_servers", "container"])
        {
            if (root.Has(own, out _))
            {
                throw new TranslationException(own, $"\"{own}\" works at Anthropic only and is not available from this target.");
            }
        }

        var turns = new List<Turn>();
        if (MessagesBlocks.Read(root, "system", "") is { Count: > 0 } system)
        {
            turns.Add(new Turn(TurnRole.System, system));
        }

        turns.AddRange(root.Items("messages").Select(m => ReadTurn(m.Item.Object(m.Place), m.Place)));
        var (choice, parallel) = ReadToolChoice(root);
        return new ChatRequest
        {
            Turns = turns,
            Tools = [.. root.Items("tools").Select(t => ReadTool(t.Item.Object(t.Place), t.Place))],
            ToolChoice = choice,
            ParallelTools = parallel,
            Stream = root.Flag("stream") == true,
            WantsUsage = true,
            MaxOutputTokens = root.Whole("max_tokens", 1, int.MaxValue) ?? (limitRequired ? throw new TranslationException("max_tokens", "\"max_tokens\" is missing.") : null),
            Temperature = root.Number("temperature", 0, 1),
            TopP = root.Number("top_p", 0, 1),
            TopK = root.Whole("top_k", 0, int.MaxValue),
            Stop = [.. root.Items("stop_sequences").Select(s => s.Item.GetString() ?? "")],
            Format = ReadFormat(root),
            Reasoning = ReadReasoning(root),
            Hints =
            [
                .. root.EnumerateObject().Select(p => p.Name).Where(n => !Known.Contains(n)),
                // It stands on blocks; text that speaks of it has its quotes escaped.
                .. !root.Has("cache_control", out _) && body.Span.IndexOf("\"cache_control\""u8) >= 0 ? ["cache_control"] : (string[])[],
            ],
        };
    }

    private static OutputFormat? ReadFormat(JsonElement root)
    {
        var (place, format) = root.Has("output_config", out var config) && config.Object("output_config").Has("format", out var inner) ? ("output_config.format", inner)
            : root.Has("output_format", out var beta) ? ("output_format", beta)
            : ("", default);
        return place.Length == 0 ? null
            : format.Object(place).Text("type", place) is "json_schema" && format.Has("schema", out var schema) ? new OutputFormat(null, schema.Object($"{place}.schema").Clone(), true)
            : throw new TranslationException(place, $"\"{place}\" must be a json_schema with its schema.");
    }

    private static Reasoning? ReadReasoning(JsonElement root)
    {
        var effort = root.Has("output_config", out var config) ? config.Object("output_config").Text("effort", "output_config") : null;
        return (root.Has("thinking", out var thinking) ? thinking.Object("thinking").Text("type", "thinking") : null) switch
        {
            "enabled" => new Reasoning(null, thinking.Whole("budget_tokens", "thinking") ?? 1_024),
            "disabled" => new Reasoning("none", null),
            "adaptive" => new Reasoning(effort ?? "medium", null),
            _ => effort is null ? null : new Reasoning(effort, null),
        };
    }

    private static Turn ReadTurn(JsonElement message, string place) => message.RequiredText("role", place) switch
    {
        "user" => new Turn(TurnRole.User, MessagesBlocks.Read(message, "content", place)),
        "assistant" => new Turn(TurnRole.Assistant, MessagesBlocks.Read(message, "content", place)),
        var role => throw new TranslationException($"{place}.role", $"\"{place}.role\" is \"{role}\"; it must be user or assistant."),
    };

    private static ToolSpec ReadTool(JsonElement tool, string place)
    {
        if (tool.Text("type", place) is { } type and not "custom")
        {
            throw new TranslationException($"{place}.type", $"The tool \"{type}\" runs at Anthropic and is not available from this target.");
        }

        return new ToolSpec(
            tool.RequiredText("name", place),
            tool.Text("description", place),
            tool.Has("input_schema", out var schema) ? schema.Object($"{place}.input_schema").Clone() : null,
            tool.Flag("strict", place));
    }

    private static (ToolChoice? Choice, bool? Parallel) ReadToolChoice(JsonElement root)
    {
        if (!root.Has("tool_choice", out var choice))
        {
            return (null, null);
        }

        bool? parallel = choice.Object("tool_choice").Flag("disable_parallel_tool_use", "tool_choice") is { } disabled ? !disabled : null;
        return (choice.Text("type", "tool_choice") switch
        {
            "auto" => new ToolChoice(ToolChoiceKind.Auto),
            "any" => new ToolChoice(ToolChoiceKind.Required),
            "none" => new ToolChoice(ToolChoiceKind.None),
            "tool" => new ToolChoice(ToolChoiceKind.Named, choice.RequiredText("name", "tool_choice")),
            _ => throw new TranslationException("tool_choice.type", "\"tool_choice.type\" must be auto, any, tool or none."),
        }, parallel);
    }
}
