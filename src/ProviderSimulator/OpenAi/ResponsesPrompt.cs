using System.Text.Json;
using GlobalGateway.ProviderSimulator.Answers;
using GlobalGateway.ProviderSimulator.Catalogue;
using GlobalGateway.ProviderSimulator.Composition;
using GlobalGateway.ProviderSimulator.Validation;

namespace GlobalGateway.ProviderSimulator.OpenAi;

/// <summary>Reads a valid responses request, after the conversation it continues, as a prompt.</summary>
internal static class ResponsesPrompt
{
    public static Prompt Read(JsonElement request, SimulatedModel model, StoredResponse? previous)
    {
        var format = request.Field("text")?.Field("format");
        var prompt = new Prompt
        {
            ParallelTools = request.Field("parallel_tool_calls") is not { ValueKind: JsonValueKind.False },
            OutputTokensMax = request.Whole("max_output_tokens") ?? model.OutputTokensMax,
            ReasoningTokens = ChatPrompt.ReasoningTokens(model, request.Field("reasoning")?.Text("effort")),
            JsonSchema = format?.Text("type") switch { "json_schema" => format.Value.GetProperty("schema"), "json_object" => default(JsonElement), _ => null },
            ChosenTool = ResponsesRules.ChosenTool(request),
        };
        if (previous is not null)
        {
            prompt.AddText("previous", previous.Conversation);
        }
        if (request.Text("instructions") is { } instructions)
        {
            prompt.AddText("system", instructions);
        }
        if (request.Text("input") is { } text)
        {
            prompt.AddMessage();
            prompt.AddText("user", text);
        }
        foreach (var item in request.Items("input"))
        {
            Add(prompt, item);
        }
        foreach (var tool in request.Items("tools").Where(static tool => tool.Text("type") == "function"))
        {
            prompt.AddTool(tool.Text("name")!, tool.Field("parameters") ?? default);
        }
        prompt.Choice = ChatPrompt.Choice(prompt, request.Text("tool_choice"));
        prompt.Close();
        return prompt;
    }

    private static void Add(Prompt prompt, JsonElement item)
    {
        prompt.AddMessage();
        switch (item.Text("type"))
        {
            case null or "message":
                prompt.AddText(item.Text("role")!, Joined(prompt, item.GetProperty("content")));
                break;
            case "function_call_output":
                prompt.AddText("tool", Joined(prompt, item.GetProperty("output")));
                break;
            case "function_call":
                prompt.AddText("call", item.GetRawText());
                break;
        }
    }

    private static string Joined(Prompt prompt, JsonElement content)
    {
        if (content.ValueKind == JsonValueKind.String)
        {
            return content.GetString()!;
        }
        foreach (var image in content.EnumerateArray().Where(static part => part.Text("type") is "input_image" or "input_file"))
        {
            prompt.AddImage();
        }
        return string.Join('\n', content.EnumerateArray().Select(static part => part.Text("text")).OfType<string>());
    }
}
