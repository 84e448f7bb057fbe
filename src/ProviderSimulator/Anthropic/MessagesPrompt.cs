using System.Text.Json;
using GlobalGateway.ProviderSimulator.Composition;
using GlobalGateway.ProviderSimulator.Validation;

namespace GlobalGateway.ProviderSimulator.Anthropic;

/// <summary>Reads a valid messages request as a prompt.</summary>
internal static class MessagesPrompt
{
    public static Prompt Read(JsonElement request)
    {
        var choice = request.Field("tool_choice");
        var prompt = new Prompt
        {
            OutputTokensMax = request.Whole("max_tokens") ?? long.MaxValue,
            ParallelTools = choice?.Flag("disable_parallel_tool_use") != true,
            ChosenTool = choice?.Text("name"),
            Choice = choice?.Text("type") switch { "any" => ToolChoice.Required, "tool" => ToolChoice.Named, "none" => ToolChoice.None, _ => ToolChoice.Auto },
            Thinks = request.Field("thinking") is { } thinking && thinking.Text("type") != "disabled",
            JsonSchema = request.Field("output_config")?.Field("format")?.Field("schema"),
        };
        if (request.Field("system") is { } system)
        {
            prompt.AddText("system", Joined(system));
        }
        foreach (var message in request.Items("messages"))
        {
            prompt.AddMessage();
            Add(prompt, message.Text("role")!, message.GetProperty("content"));
        }
        foreach (var tool in request.Items("tools"))
        {
            prompt.AddTool(tool.Text("name")!, tool.GetProperty("input_schema"));
        }
        prompt.Stops.AddRange(request.Items("stop_sequences").Select(static stop => stop.GetString()!));
        prompt.TakeBegun();
        prompt.Close();
        return prompt;
    }

    private static void Add(Prompt prompt, string role, JsonElement content)
    {
        if (content.ValueKind == JsonValueKind.String)
        {
            prompt.AddText(role, content.GetString()!);
            return;
        }
        var text = Joined(content);
        if (text.Length > 0)
        {
            prompt.AddText(role, text);
        }
        foreach (var block in content.EnumerateArray())
        {
            switch (block.Text("type"))
            {
                case "tool_result":
                    prompt.AddText("tool", block.Field("content") is { } result ? Joined(result) : "");
                    break;
                case "tool_use":
                    prompt.AddText("call", block.GetRawText());
                    break;
                case "image" or "document":
                    prompt.AddImage();
                    break;
            }
        }
    }

    private static string Joined(JsonElement content) => content.ValueKind == JsonValueKind.String
        ? content.GetString()!
        : string.Join('\n', content.EnumerateArray().Select(static block => block.Text("type") == "text" ? block.Text("text") : null).OfType<string>());
}
