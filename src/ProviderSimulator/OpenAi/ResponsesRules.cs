using System.Text.Json;
using GlobalGateway.ProviderSimulator.Answers;
using GlobalGateway.ProviderSimulator.Catalogue;
using GlobalGateway.ProviderSimulator.Validation;

namespace GlobalGateway.ProviderSimulator.OpenAi;

/// <summary>What OpenAI refuses of a well-formed responses request.</summary>
internal static class ResponsesRules
{
    public static PreparedAnswer? Check(JsonElement request, SimulatedModel model, StoredResponse? previous) =>
        Input(request) ?? Sampling(request, model) ?? Tools(request) ?? Format(request) ?? Pairs(request, previous);

    private static PreparedAnswer? Input(JsonElement request) =>
        request.Field("input") is null && request.Field("prompt") is null && request.Field("previous_response_id") is null && request.Field("conversation") is null
            ? OpenAiErrors.Answer(400, "One of \"input\" or \"previous_response_id\" or 'prompt' or 'conversation' must be provided.", "input", "missing_required_parameter")
            : request.Field("previous_response_id") is not null && request.Field("conversation") is not null
                ? OpenAiErrors.Answer(400, "Mutually exclusive parameters: 'previous_response_id' and 'conversation'. Ensure you are only providing one of: 'previous_response_id' or 'conversation'.", "previous_response_id", "mutually_exclusive_parameters")
                : null;

    private static PreparedAnswer? Sampling(JsonElement request, SimulatedModel model)
    {
        if (!model.Reasoning)
        {
            return request.Field("reasoning")?.Field("effort") is not null ? Unsupported("reasoning.effort") : null;
        }
        return Array.Find(["temperature", "top_p", "top_logprobs"], name => request.Field(name) is not null) is { } refused ? Unsupported(refused) : null;
    }

    private static PreparedAnswer Unsupported(string name) => OpenAiErrors.Answer(400, $"Unsupported parameter: '{name}' is not supported with this model.", name, "unsupported_parameter");

    private static PreparedAnswer? Tools(JsonElement request)
    {
        var names = new HashSet<string>();
        var index = 0;
        foreach (var tool in request.Items("tools"))
        {
            if (tool.Text("type") == "function")
            {
                var name = tool.Text("name")!;
                if (!ChatRules.ToolName().IsMatch(name))
                {
                    return OpenAiErrors.Answer(400, $"Invalid 'tools[{index}].name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.", $"tools[{index}].name", "invalid_value");
                }
                if (ChatRules.SchemaFault(tool) is { } fault)
                {
                    return OpenAiErrors.Answer(400, $"Invalid schema for function '{name}': {fault}", $"tools[{index}].parameters", "invalid_function_parameters");
                }
                names.Add(name);
            }
            index++;
        }
        return ChosenTool(request) is { } chosen && !names.Contains(chosen)
            ? OpenAiErrors.Answer(400, $"Tool choice '{chosen}' not found in 'tools' parameter.", "tool_choice")
            : null;
    }

    public static string? ChosenTool(JsonElement request) => request.Field("tool_choice") is { ValueKind: JsonValueKind.Object } choice ? choice.Text("name") : null;

    private static PreparedAnswer? Format(JsonElement request) =>
        request.Field("text")?.Field("format") is { } format && format.Text("type") == "json_schema" && format.Flag("strict") && StrictSchema.Fault(format.GetProperty("schema")) is { } fault
            ? OpenAiErrors.Answer(400, $"Invalid schema for response_format '{format.Text("name")}': {fault}", "text.format.schema", "invalid_json_schema")
            : null;

    private static PreparedAnswer? Pairs(JsonElement request, StoredResponse? previous)
    {
        var open = new HashSet<string>(previous?.OpenCalls ?? []);
        var known = new HashSet<string>(open);
        foreach (var item in request.Field("input") is { ValueKind: JsonValueKind.Array } input ? input.EnumerateArray() : default)
        {
            switch (item.Text("type"))
            {
                case "function_call":
                    open.Add(item.Text("call_id")!);
                    known.Add(item.Text("call_id")!);
                    break;
                case "function_call_output":
                    if (!known.Contains(item.Text("call_id")!))
                    {
                        return OpenAiErrors.Answer(400, $"No tool call found for function call output with call_id {item.Text("call_id")}.", "input");
                    }
                    open.Remove(item.Text("call_id")!);
                    break;
            }
        }
        return open.Count > 0 ? OpenAiErrors.Answer(400, $"No tool output found for function call {open.First()}.", "input") : null;
    }
}
