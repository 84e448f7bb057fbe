using System.Text.Json;
using GlobalGateway.ProviderSimulator.Composition;
using GlobalGateway.ProviderSimulator.Validation;

namespace GlobalGateway.ProviderSimulator.Gemini;

/// <summary>Reads a valid request as a prompt.</summary>
internal static class GeneratePrompt
{
    private const int HiddenThinkingTokens = 16;

    public static Prompt Read(JsonElement request)
    {
        var config = request.Field("generationConfig") ?? default;
        var thinking = config.Field("thinkingConfig") ?? default;
        var calling = request.Field("toolConfig")?.Field("functionCallingConfig") ?? default;
        var shown = thinking.Flag("includeThoughts") && thinking.Whole("thinkingBudget") != 0;
        var prompt = new Prompt
        {
            OutputTokensMax = config.Whole("maxOutputTokens") ?? long.MaxValue,
            Choices = (int)(config.Whole("candidateCount") ?? 1),
            ChosenTool = calling.Items("allowedFunctionNames").FirstOrDefault() is { ValueKind: JsonValueKind.String } name ? name.GetString() : null,
            JsonSchema = config.Text("responseMimeType") == "application/json" ? config.Field("responseSchema") ?? config.Field("responseJsonSchema") ?? default : null,
            Thinks = shown,
            ReasoningTokens = !shown && thinking.Whole("thinkingBudget") is > 0 ? HiddenThinkingTokens : 0,
        };
        prompt.Choice = calling.Text("mode") switch { "NONE" => ToolChoice.None, "ANY" => prompt.ChosenTool is null ? ToolChoice.Required : ToolChoice.Named, _ => ToolChoice.Auto };
        if (request.Field("systemInstruction") is { } system)
        {
            prompt.AddText("system", Joined(system));
        }
        AddContents(prompt, request);
        foreach (var declaration in request.Items("tools").SelectMany(static tool => tool.Items("functionDeclarations")))
        {
            prompt.AddTool(declaration.Text("name")!, declaration.Field("parameters") ?? declaration.Field("parametersJsonSchema") ?? default);
        }
        prompt.Stops.AddRange(config.Items("stopSequences").Select(static stop => stop.GetString()!));
        prompt.Close();
        return prompt;
    }

    public static void AddContents(Prompt prompt, JsonElement request)
    {
        foreach (var content in request.Items("contents"))
        {
            prompt.AddMessage();
            if (Joined(content) is { Length: > 0 } text)
            {
                prompt.AddText(content.Text("role") == "model" ? "assistant" : "user", text);
            }
            foreach (var part in content.Items("parts"))
            {
                Add(prompt, part);
            }
        }
    }

    private static void Add(Prompt prompt, JsonElement part)
    {
        if (part.Field("functionResponse") is { } result)
        {
            var response = result.GetProperty("response");
            prompt.AddText("tool", response.Text("output") ?? response.Text("result") ?? response.GetRawText());
        }
        else if (part.Field("functionCall") is { } call)
        {
            prompt.AddText("call", call.GetRawText());
        }
        else if (part.Field("inlineData") is not null || part.Field("fileData") is not null)
        {
            prompt.AddImage();
        }
    }

    public static string Joined(JsonElement content) =>
        string.Join('\n', content.Items("parts").Where(static part => !part.Flag("thought")).Select(static part => part.Text("text")).OfType<string>());
}
