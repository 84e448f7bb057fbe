using System.Text.Json;
using GlobalGateway.ProviderSimulator.Validation;
using GlobalGateway.ProviderSimulator.Catalogue;
using GlobalGateway.ProviderSimulator.Composition;

namespace GlobalGateway.ProviderSimulator.OpenAi;

/// <summary>Reads a valid chat request as a prompt.</summary>
internal static class ChatPrompt
{
    public static Prompt Read(JsonElement request, SimulatedModel model)
    {
        var prompt = new Prompt
        {
            ParallelTools = request.Field("parallel_tool_calls") is not { ValueKind: JsonValueKind.False },
            OutputTokensMax = request.Whole("max_completion_tokens") ?? request.Whole("max_tokens") ?? model.OutputTokensMax,
            ReasoningTokens = ReasoningTokens(model, request.Text("reasoning_effort")),
            Choices = (int)(request.Whole("n") ?? 1),
            JsonSchema = Schema(request),
            ChosenTool = ChatRules.ChosenTool(request),
        };
        foreach (var message in request.Items("messages"))
        {
            prompt.AddMessage();
            AddContent(prompt, message.Text("role")!, message.Field("content"));
            foreach (var call in message.Items("tool_calls"))
            {
                prompt.AddText("call", call.GetRawText());
            }
        }
        foreach (var tool in request.Items("tools"))
        {
            var function = tool.GetProperty(tool.Text("type")!);
            prompt.AddTool(function.Text("name")!, function.Field("parameters") ?? default);
        }
        foreach (var stop in request.Field("stop") is { ValueKind: JsonValueKind.String } one ? [one] : request.Items("stop"))
        {
            prompt.Stops.Add(stop.GetString()!);
        }
        prompt.Choice = Choice(prompt, request.Text("tool_choice"));
        prompt.Close();
        return prompt;
    }

    public static ToolChoice Choice(Prompt prompt, string? word) => prompt.ChosenTool is not null ? ToolChoice.Named
        : word switch { "none" => ToolChoice.None, "required" => ToolChoice.Required, _ => ToolChoice.Auto };

    public static int ReasoningTokens(SimulatedModel model, string? effort) => !model.Reasoning ? 0
        : effort switch { "none" or "minimal" => 0, "low" => 16, "high" or "xhigh" => 128, _ => 64 };

    private static void AddContent(Prompt prompt, string role, JsonElement? content)
    {
        if (content is { ValueKind: JsonValueKind.String } text)
        {
            prompt.AddText(role, text.GetString()!);
        }
        else if (content is { ValueKind: JsonValueKind.Array } parts)
        {
            foreach (var image in parts.EnumerateArray().Where(static part => part.Text("type") is "image_url" or "input_audio" or "file"))
            {
                prompt.AddImage();
            }
            prompt.AddText(role, string.Join('\n', parts.EnumerateArray().Select(static part => part.Text("text")).OfType<string>()));
        }
    }

    private static JsonElement? Schema(JsonElement request) => request.Field("response_format") is { } format
        ? format.Text("type") switch
        {
            "json_object" => default(JsonElement),
            "json_schema" => format.GetProperty("json_schema").Field("schema") ?? default(JsonElement),
            _ => null,
        }
        : null;
}
