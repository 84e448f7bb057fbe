using System.Text;
using System.Text.Json.Nodes;

namespace GlobalGateway.Faults.Clients;

/// <summary>One question as a client of some API puts it, to the edge or to the simulator itself.</summary>
/// <param name="Tools">Offers two tools; the prompt's directives say which are called.</param>
public sealed record ClientRequest(ClientApi Api, string Model, string Prompt, bool Stream, bool Tools = false)
{
    private const string Schema = """{"type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer"}},"required":["city","days"]}""";

    /// <summary>Both tools are called, one after the other.</summary>
    public const string CallTools = "[[tool=get_weather]][[tool=find_hotel]]";

    private static readonly string[] ToolNames = ["get_weather", "find_hotel"];

    /// <summary>Below the base URL of that API.</summary>
    public string Path => Api switch
    {
        ClientApi.Chat => "/v1/chat/completions",
        ClientApi.Responses => "/v1/responses",
        ClientApi.Messages => "/v1/messages",
        ClientApi.Embeddings => "/v1/embeddings",
        _ when !Stream => $"/v1beta/models/{Model}:generateContent",
        ClientApi.Gemini => $"/v1beta/models/{Model}:streamGenerateContent?alt=sse",
        _ => $"/v1beta/models/{Model}:streamGenerateContent",
    };

    /// <param name="root">What stands before <see cref="Path"/>.</param>
    public HttpRequestMessage Create(string root, string key)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, root + Path) { Content = new StringContent(Body(), Encoding.UTF8, "application/json") };
        var (name, value) = Api switch
        {
            ClientApi.Messages => ("x-api-key", key),
            ClientApi.Gemini or ClientApi.GeminiArray => ("x-goog-api-key", key),
            _ => ("authorization", $"Bearer {key}"),
        };
        message.Headers.TryAddWithoutValidation(name, value);
        if (Api == ClientApi.Messages)
        {
            message.Headers.TryAddWithoutValidation("anthropic-version", "2023-06-01");
        }

        return message;
    }

    private string Body()
    {
        var body = new JsonObject();
        if (Api is ClientApi.Gemini or ClientApi.GeminiArray)
        {
            body["contents"] = new JsonArray(new JsonObject { ["role"] = "user", ["parts"] = new JsonArray(new JsonObject { ["text"] = Prompt }) });
            if (Tools)
            {
                body["tools"] = new JsonArray(new JsonObject { ["functionDeclarations"] = Offered("parameters") });
            }

            return body.ToJsonString();
        }

        body["model"] = Model;
        if (Api == ClientApi.Embeddings)
        {
            body["input"] = Prompt;
            return body.ToJsonString();
        }

        body[Api == ClientApi.Responses ? "input" : "messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = Prompt });
        if (Api == ClientApi.Messages)
        {
            body["max_tokens"] = 4096;
        }

        if (Api == ClientApi.Responses)
        {
            // What is kept goes by preference to targets that keep it.
            body["store"] = false;
        }

        if (Stream)
        {
            body["stream"] = true;
        }

        if (Tools)
        {
            body["tools"] = Api switch
            {
                ClientApi.Messages => Offered("input_schema"),
                ClientApi.Responses => new JsonArray([.. Offered("parameters").Select(static tool => Typed(tool!.AsObject()))]),
                _ => new JsonArray([.. Offered("parameters").Select(static tool => new JsonObject { ["type"] = "function", ["function"] = tool!.DeepClone() })]),
            };
        }

        return body.ToJsonString();
    }

    private static JsonArray Offered(string schemaField) =>
        new([.. ToolNames.Select(name => new JsonObject { ["name"] = name, ["description"] = $"{name} of a city", [schemaField] = JsonNode.Parse(Schema) })]);

    private static JsonObject Typed(JsonObject tool)
    {
        var typed = (JsonObject)tool.DeepClone();
        typed["type"] = "function";
        return typed;
    }
}
