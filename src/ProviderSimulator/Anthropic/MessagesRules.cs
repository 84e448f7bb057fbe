using System.Text.Json;
using System.Text.RegularExpressions;
using GlobalGateway.ProviderSimulator.Answers;
using GlobalGateway.ProviderSimulator.Catalogue;
using GlobalGateway.ProviderSimulator.Validation;

namespace GlobalGateway.ProviderSimulator.Anthropic;

/// <summary>What Anthropic refuses of a well-formed request.</summary>
internal static partial class MessagesRules
{
    public static PreparedAnswer? Check(JsonElement request, SimulatedModel model) =>
        (Output(request, model) ?? Thinking(request) ?? Tools(request) ?? Content(request) ?? Pairs(request)) is { } fault ? AnthropicErrors.Answer(400, fault) : null;

    /// <summary>What API version 2026-10-21 no longer lets stand where it did.</summary>
    public static PreparedAnswer? CheckPlacement(JsonElement request)
    {
        var index = 0;
        foreach (var message in request.Items("messages"))
        {
            var isUser = message.Text("role") == "user";
            foreach (var block in message.Items("content"))
            {
                if (!isUser && block.Text("type") == "document")
                {
                    return AnthropicErrors.Answer(400, $"messages.{index}.content: `document` blocks are not permitted in assistant messages");
                }
                if (isUser && block.Text("type") == "text" && block.Items("citations").Any())
                {
                    return AnthropicErrors.Answer(400, $"messages.{index}.content: `citations` are not permitted on `text` blocks in user messages");
                }
            }
            index++;
        }
        return null;
    }

    private static string? Output(JsonElement request, SimulatedModel model) =>
        request.Whole("max_tokens") is { } tokens && tokens > model.OutputTokensMax
            ? $"max_tokens: {tokens} > {model.OutputTokensMax}, which is the maximum allowed number of output tokens for {model.AnsweredAs}"
            : model.OneSamplingField && request.Field("temperature") is not null && request.Field("top_p") is not null
                ? "`temperature` and `top_p` cannot both be specified for this model. Please use only one."
                : null;

    private static string? Thinking(JsonElement request)
    {
        if (request.Field("thinking") is not { } thinking || thinking.Text("type") == "disabled")
        {
            return null;
        }
        if (thinking.Whole("budget_tokens") is { } budget && request.Whole("max_tokens") is { } max && budget >= max)
        {
            return "`max_tokens` must be greater than `thinking.budget_tokens`. Please consult our documentation at https://docs.claude.com/en/docs/build-with-claude/extended-thinking#max-tokens-and-context-window-size";
        }
        if (request.Field("temperature") is { } temperature && temperature.GetDouble() != 1)
        {
            return "`temperature` may only be set to 1 when thinking is enabled. Please consult our documentation at https://docs.claude.com/en/docs/build-with-claude/extended-thinking#important-considerations-when-using-extended-thinking";
        }
        if (request.Field("top_k") is not null)
        {
            return "`top_k` must be unset when thinking is enabled. Please consult our documentation at https://docs.claude.com/en/docs/build-with-claude/extended-thinking#important-considerations-when-using-extended-thinking";
        }
        return request.Field("tool_choice") is { } choice && choice.Text("type") is "any" or "tool" ? "Thinking may not be enabled when tool_choice forces tool use." : null;
    }

    private static string? Tools(JsonElement request)
    {
        var names = new HashSet<string>();
        var index = 0;
        foreach (var tool in request.Items("tools"))
        {
            var name = tool.Text("name")!;
            if (!ToolName().IsMatch(name))
            {
                return $"tools.{index}.custom.name: String should match pattern '^[a-zA-Z0-9_-]{{1,128}}$'";
            }
            if (tool.GetProperty("input_schema").Text("type") != "object")
            {
                return tool.GetProperty("input_schema").Field("type") is null
                    ? $"tools.{index}.custom.input_schema.type: Field required"
                    : $"tools.{index}.custom.input_schema.type: Input should be 'object'";
            }
            if (!names.Add(name))
            {
                return "tools: Tool names must be unique.";
            }
            index++;
        }
        if (request.Field("tool_choice") is not { } choice || choice.Text("type") == "none")
        {
            return null;
        }
        return names.Count == 0 ? "tool_choice: tool_choice may only be specified while providing tools"
            : choice.Text("name") is { } chosen && !names.Contains(chosen) ? $"Tool '{chosen}' not found in provided tools"
            : null;
    }

    private static string? Content(JsonElement request)
    {
        var messages = request.GetProperty("messages");
        if (messages[0].Text("role") != "user")
        {
            return "messages: first message must use the \"user\" role";
        }
        var last = messages.GetArrayLength() - 1;
        for (var index = 0; index <= last; index++)
        {
            var content = messages[index].GetProperty("content");
            var isFinalAssistant = index == last && messages[index].Text("role") == "assistant";
            if ((content.ValueKind == JsonValueKind.String ? content.GetString()!.Length : content.GetArrayLength()) == 0 && !isFinalAssistant)
            {
                return index == last
                    ? $"messages.{index}: user messages must have non-empty content"
                    : $"messages.{index}: all messages must have non-empty content except for the optional final assistant message";
            }
            if (content.ValueKind == JsonValueKind.Array && content.EnumerateArray().Any(static block => block.Text("type") == "text" && block.Text("text")!.Length == 0))
            {
                return "messages: text content blocks must be non-empty";
            }
            if (isFinalAssistant && FinalText(content) is { Length: > 0 } text && char.IsWhiteSpace(text[^1]))
            {
                return "messages: final assistant content cannot end with trailing whitespace";
            }
        }
        return null;
    }

    private static string? FinalText(JsonElement content) => content.ValueKind == JsonValueKind.String ? content.GetString()
        : content.GetArrayLength() == 0 ? null : content[content.GetArrayLength() - 1].Text("text");

    private static string? Pairs(JsonElement request)
    {
        List<string> open = [];
        var index = 0;
        foreach (var message in request.Items("messages"))
        {
            var blocks = message.GetProperty("content").ValueKind == JsonValueKind.Array ? message.Items("content") : [];
            var answered = new HashSet<string>();
            var block = 0;
            foreach (var part in blocks)
            {
                if (part.Text("type") == "tool_result")
                {
                    var id = part.Text("tool_use_id")!;
                    if (!open.Contains(id))
                    {
                        return $"messages.{index}.content.{block}: unexpected `tool_use_id` found in `tool_result` blocks: {id}. Each `tool_result` block must have a corresponding `tool_use` block in the previous message.";
                    }
                    answered.Add(id);
                }
                block++;
            }
            if (open.Exists(id => !answered.Contains(id)))
            {
                return Unanswered(index - 1, open.Where(id => !answered.Contains(id)));
            }
            open = [.. blocks.Where(static part => part.Text("type") == "tool_use").Select(static part => part.Text("id")!)];
            index++;
        }
        return open.Count > 0 ? Unanswered(index - 1, open) : null;
    }

    private static string Unanswered(int index, IEnumerable<string> ids) =>
        $"messages.{index}: `tool_use` ids were found without `tool_result` blocks immediately after: {string.Join(", ", ids)}. Each `tool_use` block must have a corresponding `tool_result` block in the next message.";

    [GeneratedRegex("^[a-zA-Z0-9_-]{1,128}$")]
    private static partial Regex ToolName();
}
