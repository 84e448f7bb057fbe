using System.Text.Json;
using GlobalGateway.ProviderSimulator.Validation;
using GlobalGateway.ProviderSimulator.Answers;

namespace GlobalGateway.ProviderSimulator.OpenAi;

/// <summary>Every tool call must be answered right after it, and nothing else may be.</summary>
internal static class ToolPairs
{
    public static PreparedAnswer? Check(JsonElement request)
    {
        var open = new List<string>();
        var seen = new HashSet<string>();
        var index = 0;
        foreach (var message in request.Items("messages"))
        {
            var role = message.Text("role");
            if (role == "tool")
            {
                var id = message.Text("tool_call_id")!;
                if (!open.Remove(id) && !seen.Contains(id))
                {
                    return OpenAiErrors.Answer(400, seen.Count == 0
                        ? "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'."
                        : $"Invalid parameter: 'tool_call_id' of '{id}' not found in 'tool_calls' of previous message.", $"messages.[{index}].{(seen.Count == 0 ? "role" : "tool_call_id")}");
                }
            }
            else
            {
                if (open.Count > 0)
                {
                    return Unanswered(open, index);
                }
                seen.Clear();
                foreach (var call in role == "assistant" ? message.Items("tool_calls") : [])
                {
                    open.Add(call.Text("id")!);
                    seen.Add(call.Text("id")!);
                }
                if (role == "assistant" && seen.Count == 0 && message.Field("content") is null && message.Field("refusal") is null && message.Field("function_call") is null && message.Field("audio") is null)
                {
                    return OpenAiErrors.Answer(400, "Invalid value for 'content': expected a string, got null.", $"messages.[{index}].content");
                }
            }
            index++;
        }
        return open.Count > 0 ? Unanswered(open, index) : null;
    }

    private static PreparedAnswer Unanswered(List<string> open, int index) => OpenAiErrors.Answer(400,
        $"An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: {string.Join(", ", open)}",
        $"messages.[{index}].role");
}
