using System.Text.Json.Nodes;
using GlobalGateway.Testing.Grammars;

namespace GlobalGateway.Dialects.Streams;

/// <summary>A streamed question in one dialect, and the grammar its answer must obey.</summary>
public sealed record StreamQuestion(string Ingress, string Upstream, string Scenario)
{
    public static readonly string[] Ingresses = ["chat", "responses", "messages", "gemini", "gemini-array"];
    public static readonly string[] Scenarios = ["text", "tool", "tools", "thinking", "limit"];

    private const string Weather = """{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}""";

    public string Name => $"{Ingress}-{Upstream}-{Scenario}";

    private string Model => $"{(Scenario == "thinking" ? "reasoning" : "text")}-{Upstream}";

    public string Path => Ingress switch
    {
        "chat" => "/v1/chat/completions",
        "responses" => "/v1/responses",
        "messages" => "/v1/messages",
        "gemini" => $"/v1beta/models/{Model}:streamGenerateContent?alt=sse",
        _ => $"/v1beta/models/{Model}:streamGenerateContent",
    };

    public StreamGrammar Grammar => Ingress switch
    {
        "chat" => new ChatGrammar(usage: true),
        "responses" => new ResponsesGrammar(),
        "messages" => new MessagesGrammar(),
        _ => new GeminiGrammar(array: Ingress == "gemini-array"),
    };

    private string Prompt => $"{Name}; " + Scenario switch
    {
        "tool" => "[[tool=get_weather]]",
        "tools" => "[[tool=get_weather]] [[tool=get_time]]",
        "thinking" => "[[think]]",
        "limit" => "[[tokens=200]]",
        _ => "[[tokens=20]]",
    };

    private bool HasTools => Scenario is "tool" or "tools";

    private int Limit => Scenario switch { "limit" => 50, "thinking" => 4096, _ => 1024 };

    public string Body()
    {
        var body = new JsonObject { ["model"] = Model };
        switch (Ingress)
        {
            case "chat":
                body["stream"] = true;
                body["stream_options"] = new JsonObject { ["include_usage"] = true };
                body["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = Prompt });
                body["max_completion_tokens"] = Limit;
                Set(body, "tools", Tools(static (name, schema) => new JsonObject { ["type"] = "function", ["function"] = new JsonObject { ["name"] = name, ["parameters"] = schema } }));
                Set(body, "reasoning_effort", Scenario == "thinking" ? "low" : null);
                break;
            case "responses":
                body["stream"] = true;
                body["store"] = false;
                body["input"] = Prompt;
                body["max_output_tokens"] = Limit;
                Set(body, "tools", Tools(static (name, schema) => new JsonObject { ["type"] = "function", ["name"] = name, ["parameters"] = schema, ["strict"] = false }));
                Set(body, "reasoning", Scenario == "thinking" ? new JsonObject { ["effort"] = "low", ["summary"] = "auto" } : null);
                break;
            case "messages":
                body["stream"] = true;
                body["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = Prompt });
                body["max_tokens"] = Limit;
                Set(body, "tools", Tools(static (name, schema) => new JsonObject { ["name"] = name, ["input_schema"] = schema }));
                Set(body, "thinking", Scenario == "thinking" ? new JsonObject { ["type"] = "enabled", ["budget_tokens"] = 2048 } : null);
                break;
            default:
                body.Remove("model");
                body["contents"] = new JsonArray(new JsonObject { ["role"] = "user", ["parts"] = new JsonArray(new JsonObject { ["text"] = Prompt }) });
                Set(body, "tools", HasTools ? new JsonArray(new JsonObject { ["functionDeclarations"] = Tools(static (name, schema) => new JsonObject { ["name"] = name, ["parameters"] = schema }) }) : null);
                body["generationConfig"] = new JsonObject { ["maxOutputTokens"] = Limit };
                Set(body["generationConfig"]!.AsObject(), "thinkingConfig", Scenario == "thinking" ? new JsonObject { ["thinkingBudget"] = 2048, ["includeThoughts"] = true } : null);
                break;
        }

        return body.ToJsonString();
    }

    private JsonArray? Tools(Func<string, JsonNode, JsonNode> make) =>
        HasTools ? [.. ((string[])["get_weather", "get_time"]).Select(name => make(name, JsonNode.Parse(Weather)!))] : null;

    private static void Set(JsonObject owner, string name, JsonNode? value)
    {
        if (value is not null)
        {
            owner[name] = value;
        }
    }
}
