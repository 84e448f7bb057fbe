using System.Text.Json;
using GlobalGateway.ProviderSimulator.Validation;
using System.Text.RegularExpressions;
using GlobalGateway.ProviderSimulator.Answers;
using GlobalGateway.ProviderSimulator.Catalogue;

namespace GlobalGateway.ProviderSimulator.OpenAi;

/// <summary>What OpenAI refuses of a well-formed chat request: fields that depend on each other or on the model.</summary>
internal static partial class ChatRules
{
    private static readonly string[] NotForReasoning = ["temperature", "top_p", "presence_penalty", "frequency_penalty", "logprobs", "top_logprobs", "logit_bias", "stop"];

    public static PreparedAnswer? Check(JsonElement request, SimulatedModel model) =>
        Sampling(request, model) ?? Limits(request, model) ?? Streaming(request) ?? Tools(request) ?? Format(request) ?? ToolPairs.Check(request);

    public static PreparedAnswer? Sampling(JsonElement request, SimulatedModel model)
    {
        if (!model.Reasoning)
        {
            return request.Field("reasoning_effort") is not null ? OpenAiErrors.Answer(400, "Unrecognized request argument supplied: reasoning_effort") : null;
        }
        if (request.Field("max_tokens") is not null)
        {
            return Unsupported("max_tokens", " Use 'max_completion_tokens' instead.");
        }
        foreach (var name in NotForReasoning)
        {
            if (request.Field(name) is not { } value)
            {
                continue;
            }
            if (name == "temperature" && JsonReading.IsGptFive(model.Id))
            {
                if (value.GetDouble() != 1)
                {
                    return OpenAiErrors.Answer(400, $"Unsupported value: 'temperature' does not support {value.GetRawText()} with this model. Only the default (1) value is supported.", "temperature", "unsupported_value");
                }
                continue;
            }
            if (value.ValueKind != JsonValueKind.False)
            {
                return Unsupported(name);
            }
        }
        return !JsonReading.IsGptFive(model.Id) && request.Field("parallel_tool_calls") is not null ? Unsupported("parallel_tool_calls") : null;
    }

    private static PreparedAnswer Unsupported(string name, string hint = "") =>
        OpenAiErrors.Answer(400, $"Unsupported parameter: '{name}' is not supported with this model.{hint}", name, "unsupported_parameter");

    private static PreparedAnswer? Limits(JsonElement request, SimulatedModel model)
    {
        if (request.Field("max_tokens") is not null && request.Field("max_completion_tokens") is not null)
        {
            return OpenAiErrors.Answer(400, "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.", "max_tokens", "invalid_parameter_combination");
        }
        foreach (var name in (ReadOnlySpan<string>)["max_tokens", "max_completion_tokens"])
        {
            if (request.Whole(name) is { } tokens && tokens > model.OutputTokensMax)
            {
                return OpenAiErrors.Answer(400, $"{name} is too large: {tokens}. This model supports at most {model.OutputTokensMax} completion tokens, whereas you provided {tokens}.", name, "invalid_value");
            }
        }
        return null;
    }

    private static PreparedAnswer? Streaming(JsonElement request) => request.Field("stream_options") is not null && !request.Flag("stream")
        ? OpenAiErrors.Answer(400, "The 'stream_options' parameter is only allowed when 'stream' is enabled.", "stream_options")
        : null;

    private static PreparedAnswer? Tools(JsonElement request)
    {
        if (request.Field("tools") is null)
        {
            return Array.Find(["tool_choice", "parallel_tool_calls"], name => request.Field(name) is not null) is { } alone
                ? OpenAiErrors.Answer(400, $"Invalid value for '{alone}': '{alone}' is only allowed when 'tools' are specified.", alone)
                : null;
        }
        var names = new HashSet<string>();
        var index = 0;
        foreach (var tool in request.Items("tools"))
        {
            var kind = tool.Text("type")!;
            var function = tool.GetProperty(kind);
            var name = function.Text("name") ?? "";
            if (!ToolName().IsMatch(name))
            {
                return OpenAiErrors.Answer(400, $"Invalid 'tools[{index}].{kind}.name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.", $"tools[{index}].{kind}.name", "invalid_value");
            }
            if (SchemaFault(function) is { } fault)
            {
                return OpenAiErrors.Answer(400, $"Invalid schema for function '{name}': {fault}", $"tools[{index}].function.parameters", "invalid_function_parameters");
            }
            names.Add(name);
            index++;
        }
        var chosen = ChosenTool(request);
        return chosen is null || names.Contains(chosen) ? null
            : OpenAiErrors.Answer(400, $"Invalid value for 'tool_choice': Tool choice '{chosen}' not found in 'tools' parameter.", "tool_choice");
    }

    public static string? SchemaFault(JsonElement function)
    {
        if (function.Field("parameters") is not { } schema)
        {
            return null;
        }
        return schema.TryGetProperty("type", out var type) && !(type.ValueKind == JsonValueKind.String && type.ValueEquals("object"))
            ? $"schema must be a JSON Schema of 'type: \"object\"', got 'type: \"{type}\"'."
            : function.Flag("strict") ? StrictSchema.Fault(schema) : null;
    }

    public static string? ChosenTool(JsonElement request) =>
        request.Field("tool_choice") is { ValueKind: JsonValueKind.Object } choice && choice.Text("type") is { } kind && choice.Field(kind) is { } named ? named.Text("name") : null;

    private static PreparedAnswer? Format(JsonElement request)
    {
        if (request.Field("response_format") is not { } format)
        {
            return null;
        }
        if (format.Text("type") == "json_object" && !request.GetProperty("messages").GetRawText().Contains("json", StringComparison.OrdinalIgnoreCase))
        {
            return OpenAiErrors.Answer(400, "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.", "messages");
        }
        return format.Field("json_schema") is { } named && named.Flag("strict") && named.Field("schema") is { } schema && StrictSchema.Fault(schema) is { } fault
            ? OpenAiErrors.Answer(400, $"Invalid schema for response_format '{named.Text("name")}': {fault}", "response_format")
            : null;
    }

    [GeneratedRegex("^[a-zA-Z0-9_-]+$")]
    public static partial Regex ToolName();
}
