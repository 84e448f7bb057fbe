using System.Net;
using System.Text.Json;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.Testing.Grammars;
using GlobalGateway.Unit.ProviderSimulator;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Translation;

/// <summary>Every chat-like API through an edge to every stand-in provider, whose own rules refuse what the vendor would refuse.</summary>
public class SimulatorMatrixTests
{
    private static readonly string[] Ingresses = ["chat", "responses", "messages", "generate"];
    private static readonly string[] Upstreams = ["openai", "azure-openai", "anthropic", "gemini"];
    private static readonly string[] Features = ["plain", "stream", "tools", "parallel tools", "tool loop", "image", "JSON schema", "JSON schema stream", "JSON schema by tool", "reasoning", "reasoning loop", "sampling", "error"];

    public static TheoryData<string, string, string> Cells => [.. from i in Ingresses from u in Upstreams from f in Features select (i, u, f)];

    [Theory]
    [MemberData(nameof(Cells))]
    public async Task Request_ThroughTheEdge_IsAnsweredInItsDialect(string ingress, string upstream, string feature)
    {
        Environment.SetEnvironmentVariable("GG_SECRET_SIM", SimulatorHost.Key);
        await using var simulator = await SimulatorHost.StartAsync();
        await using var edge = await EdgeHost.StartAsync(Resources(simulator, upstream, feature));
        var stream = feature is "stream" or "JSON schema stream";
        var path = Path(ingress, stream);

        var response = await edge.PostAsync(path, Body(ingress, feature, stream));
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        if (feature == "error")
        {
            response.StatusCode.ShouldBe(HttpStatusCode.BadRequest, text);
            Calls.Json(text).GetProperty("error").GetProperty("message").GetString().ShouldNotBeNullOrEmpty();
            return;
        }

        response.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        if (stream)
        {
            Grammar(ingress).Check(text).ShouldBeEmpty(text);
            if (feature == "JSON schema stream")
            {
                text.ShouldContain("city");
            }

            return;
        }

        var answer = Calls.Json(text);
        if (feature is "tools" or "parallel tools")
        {
            CallIds(ingress, answer).Count.ShouldBe(feature == "tools" ? 1 : 2, text);
        }
        else if (feature.StartsWith("JSON schema", StringComparison.Ordinal))
        {
            Calls.Json(TextOf(ingress, answer)).GetProperty("city").ValueKind.ShouldBe(JsonValueKind.String);
        }
        else if (feature == "reasoning loop")
        {
            var next = await edge.PostAsync(path, Loop(ingress, answer));
            next.StatusCode.ShouldBe(HttpStatusCode.OK, await next.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
        else
        {
            TextOf(ingress, answer).ShouldNotBeEmpty(text);
        }
    }

    private static ResourceSet Resources(SimulatorHost simulator, string upstream, string feature)
    {
        var reasons = feature.StartsWith("reasoning", StringComparison.Ordinal);
        var (format, url, model, reasoning) = upstream switch
        {
            "openai" => (ProviderFormat.OpenAI, "openai/v1", reasons ? "gpt-5" : "gpt-4o-mini", ReasoningSupport.Effort),
            "azure-openai" => (ProviderFormat.AzureOpenAI, "azure", reasons ? "gpt-5" : "gpt-4o-mini", ReasoningSupport.Effort),
            "anthropic" => (ProviderFormat.Anthropic, "anthropic", "claude-haiku-4-5", ReasoningSupport.Budget),
            _ => (ProviderFormat.Gemini, "gemini", "gemini-2.5-flash", ReasoningSupport.Budget),
        };
        return new ResourceSet
        {
            Providers = [TestResources.Provider("p1", new Uri(simulator.Address, url).ToString(), format) with { Credentials = [new Credential { Name = "main", FromEnv = "GG_SECRET_SIM" }] }],
            Models =
            [
                new Model
                {
                    Name = "fast",
                    Targets =
                    [
                        TestResources.Target("p1", 0) with
                        {
                            Model = model,
                            Capabilities = new Capabilities
                            {
                                Reasoning = reasons ? reasoning : ReasoningSupport.None,
                                Schema = feature == "JSON schema by tool" ? SchemaSupport.Tool : SchemaSupport.Native,
                            },
                        },
                    ],
                },
            ],
            Tenants = [TestResources.Tenant("acme", EdgeHost.Key)],
        };
    }

    private static string Path(string ingress, bool stream) => ingress switch
    {
        "chat" => "/v1/chat/completions",
        "responses" => "/v1/responses",
        "messages" => "/v1/messages",
        _ => stream ? "/v1beta/models/fast:streamGenerateContent?alt=sse" : "/v1beta/models/fast:generateContent",
    };

    private static StreamGrammar Grammar(string ingress) => ingress switch
    {
        "chat" => new ChatGrammar(),
        "responses" => new ResponsesGrammar(),
        "messages" => new MessagesGrammar(),
        _ => new GeminiGrammar(),
    };

    private const string Schema = """{"type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false}""";
    private const string GeminiSchema = """{"type":"OBJECT","properties":{"city":{"type":"STRING"}},"required":["city"]}""";

    private const string Function = "{\"name\":\"weather\",\"parameters\":" + Schema + "}";
    private const string Declaration = "{\"name\":\"weather\",\"parameters\":" + GeminiSchema + "}";

    private static string Body(string ingress, string feature, bool stream)
    {
        var prompt = feature switch
        {
            "tools" => "[[tool=weather]] go",
            "parallel tools" => "[[tool=weather]][[tool=clock]] go",
            "reasoning loop" => "[[think]][[tool=weather]] go",
            "reasoning" => "[[think]] go",
            _ => "say hello",
        };
        var tools = feature is "tools" or "parallel tools" or "tool loop" or "reasoning loop";
        return ingress switch
        {
            "chat" => Chat(prompt, feature, tools, stream),
            "responses" => Responses(prompt, feature, tools, stream),
            "messages" => Messages(prompt, feature, tools, stream),
            _ => Generate(prompt, feature, tools),
        };
    }

    private static string Chat(string prompt, string feature, bool tools, bool stream)
    {
        var content = feature == "image" ? """[{"type":"text","text":"see"},{"type":"image_url","image_url":{"url":"data:image/png;base64,aGk="}}]""" : $"\"{prompt}\"";
        var loop = feature == "tool loop" ? """,{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Oslo\"}"}}]},{"role":"tool","tool_call_id":"c1","content":"sun"}""" : "";
        return $$$"""
            {"model":"fast","messages":[{"role":"system","content":"be brief"},{"role":"user","content":{{{content}}}}{{{loop}}}]
             {{{(stream ? ",\"stream\":true" : "")}}}
             {{{(tools ? $$$$$$""","tools":[{"type":"function","function":{"name":"weather","parameters":{{{{{{Schema}}}}}}}},{"type":"function","function":{"name":"clock","parameters":{{{{{{Schema}}}}}}}}]""" : "")}}}
             {{{(feature.StartsWith("JSON", StringComparison.Ordinal) ? $$$""","response_format":{"type":"json_schema","json_schema":{"name":"place","strict":true,"schema":{{{Schema}}}}}""" : "")}}}
             {{{(feature.StartsWith("reasoning", StringComparison.Ordinal) ? ",\"reasoning_effort\":\"low\"" : "")}}}
             {{{(feature == "sampling" ? ",\"temperature\":0.5,\"top_p\":0.9,\"stop\":[\"END\"],\"max_tokens\":900,\"frequency_penalty\":0,\"seed\":1,\"user\":\"u\"" : "")}}}
             {{{(feature == "error" ? ",\"temperature\":9" : "")}}}}
            """;
    }

    private static string Responses(string prompt, string feature, bool tools, bool stream)
    {
        var content = feature == "image" ? """[{"type":"input_text","text":"see"},{"type":"input_image","image_url":"data:image/png;base64,aGk="}]""" : $"\"{prompt}\"";
        var loop = feature == "tool loop" ? """,{"type":"function_call","call_id":"c1","name":"weather","arguments":"{\"city\":\"Oslo\"}"},{"type":"function_call_output","call_id":"c1","output":"sun"}""" : "";
        return $$$"""
            {"model":"fast","instructions":"be brief","input":[{"role":"user","content":{{{content}}}}{{{loop}}}]
             {{{(stream ? ",\"stream\":true" : "")}}}
             {{{(tools ? $$""","tools":[{"type":"function","name":"weather","parameters":{{Schema}}},{"type":"function","name":"clock","parameters":{{Schema}}}]""" : "")}}}
             {{{(feature.StartsWith("JSON", StringComparison.Ordinal) ? $$$""","text":{"format":{"type":"json_schema","name":"place","strict":true,"schema":{{{Schema}}}}}""" : "")}}}
             {{{(feature.StartsWith("reasoning", StringComparison.Ordinal) ? ",\"reasoning\":{\"effort\":\"low\"}" : "")}}}
             {{{(feature == "sampling" ? ",\"temperature\":0.5,\"top_p\":0.9,\"max_output_tokens\":900,\"user\":\"u\"" : "")}}}
             {{{(feature == "error" ? ",\"temperature\":9" : "")}}}}
            """;
    }

    private static string Messages(string prompt, string feature, bool tools, bool stream)
    {
        var content = feature == "image" ? """[{"type":"text","text":"see"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"aGk="}}]""" : $"\"{prompt}\"";
        var loop = feature == "tool loop" ? """,{"role":"assistant","content":[{"type":"tool_use","id":"c1","name":"weather","input":{"city":"Oslo"}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"c1","content":"sun"}]}""" : "";
        return $$$"""
            {"model":"fast","max_tokens":4000,"system":"be brief","messages":[{"role":"user","content":{{{content}}}}{{{loop}}}]
             {{{(stream ? ",\"stream\":true" : "")}}}
             {{{(tools ? $$""","tools":[{"name":"weather","input_schema":{{Schema}}},{"name":"clock","input_schema":{{Schema}}}]""" : "")}}}
             {{{(feature.StartsWith("JSON", StringComparison.Ordinal) ? $$$""","output_config":{"format":{"type":"json_schema","schema":{{{Schema}}}}}""" : "")}}}
             {{{(feature.StartsWith("reasoning", StringComparison.Ordinal) ? ",\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1024}" : "")}}}
             {{{(feature == "sampling" ? ",\"temperature\":0.5,\"top_k\":3,\"stop_sequences\":[\"END\"],\"metadata\":{\"user_id\":\"u\"}" : "")}}}
             {{{(feature == "error" ? ",\"temperature\":9" : "")}}}}
            """;
    }

    private static string Generate(string prompt, string feature, bool tools)
    {
        var parts = feature == "image" ? """{"text":"see"},{"inlineData":{"mimeType":"image/png","data":"aGk="}}""" : "{\"text\":\"" + prompt + "\"}";
        var loop = feature == "tool loop" ? """,{"role":"model","parts":[{"functionCall":{"name":"weather","args":{"city":"Oslo"}}}]},{"role":"user","parts":[{"functionResponse":{"name":"weather","response":{"output":"sun"}}}]}""" : "";
        var config = feature.StartsWith("JSON", StringComparison.Ordinal) ? $$"""{"responseMimeType":"application/json","responseSchema":{{GeminiSchema}}}"""
            : feature.StartsWith("reasoning", StringComparison.Ordinal) ? """{"thinkingConfig":{"thinkingBudget":1024,"includeThoughts":true}}"""
            : feature == "sampling" ? """{"temperature":0.5,"topP":0.9,"topK":3,"stopSequences":["END"],"maxOutputTokens":900}"""
            : feature == "error" ? """{"temperature":9}""" : "{}";
        return $$"""
            {"systemInstruction":{"parts":[{"text":"be brief"}]},"contents":[{"role":"user","parts":[{{parts}}]}{{loop}}],"generationConfig":{{config}}
             {{(tools ? $$""","tools":[{"functionDeclarations":[{"name":"weather","parameters":{{GeminiSchema}}},{"name":"clock","parameters":{{GeminiSchema}}}]}]""" : "")}}}
            """;
    }

    /// <summary>The next turn as a client that keeps only standard fields sends it.</summary>
    private static string Loop(string ingress, JsonElement answer)
    {
        var id = CallIds(ingress, answer)[0];
        return ingress switch
        {
            "chat" => $$$"""{"model":"fast","reasoning_effort":"low","messages":[{"role":"user","content":"go"},{"role":"assistant","content":null,"tool_calls":[{"id":"{{{id}}}","type":"function","function":{"name":"weather","arguments":"{}"}}]},{"role":"tool","tool_call_id":"{{{id}}}","content":"sun"}],"tools":[{"type":"function","function":{{{Function}}}}]}""",
            "responses" => $$$"""{"model":"fast","reasoning":{"effort":"low"},"input":[{"role":"user","content":"go"},{"type":"function_call","call_id":"{{{id}}}","name":"weather","arguments":"{}"},{"type":"function_call_output","call_id":"{{{id}}}","output":"sun"}],"tools":[{"type":"function","name":"weather","parameters":{{{Schema}}}}]}""",
            "messages" => $$$"""{"model":"fast","max_tokens":4000,"thinking":{"type":"enabled","budget_tokens":1024},"messages":[{"role":"user","content":"go"},{"role":"assistant","content":{{{answer.GetProperty("content").GetRawText()}}}},{"role":"user","content":[{"type":"tool_result","tool_use_id":"{{{id}}}","content":"sun"}]}],"tools":[{"name":"weather","input_schema":{{{Schema}}}}]}""",
            _ => $$$$$$"""{"contents":[{"role":"user","parts":[{"text":"go"}]},{{{{{{answer.GetProperty("candidates")[0].GetProperty("content").GetRawText()}}}}}},{"role":"user","parts":[{"functionResponse":{"id":"{{{{{{id}}}}}}","name":"weather","response":{"output":"sun"}}}]}],"tools":[{"functionDeclarations":[{{{{{{Declaration}}}}}}]}],"generationConfig":{"thinkingConfig":{"thinkingBudget":1024}}}""",
        };
    }

    private static List<string> CallIds(string ingress, JsonElement answer) => ingress switch
    {
        "chat" => [.. answer.GetProperty("choices")[0].GetProperty("message").GetProperty("tool_calls").EnumerateArray().Select(c => c.GetProperty("id").GetString()!)],
        "responses" => [.. answer.GetProperty("output").EnumerateArray().Where(o => o.GetProperty("type").GetString() == "function_call").Select(o => o.GetProperty("call_id").GetString()!)],
        "messages" => [.. answer.GetProperty("content").EnumerateArray().Where(o => o.GetProperty("type").GetString() == "tool_use").Select(o => o.GetProperty("id").GetString()!)],
        _ => [.. answer.GetProperty("candidates")[0].GetProperty("content").GetProperty("parts").EnumerateArray().Where(p => p.TryGetProperty("functionCall", out _))
            .Select(p => p.GetProperty("functionCall").TryGetProperty("id", out var id) ? id.GetString()! : "")],
    };

    private static string TextOf(string ingress, JsonElement answer) => ingress switch
    {
        "chat" => answer.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!,
        "responses" => string.Concat(answer.GetProperty("output").EnumerateArray().Where(o => o.GetProperty("type").GetString() == "message").Select(o => o.GetProperty("content")[0].GetProperty("text").GetString())),
        "messages" => string.Concat(answer.GetProperty("content").EnumerateArray().Where(o => o.GetProperty("type").GetString() == "text").Select(o => o.GetProperty("text").GetString())),
        _ => string.Concat(answer.GetProperty("candidates")[0].GetProperty("content").GetProperty("parts").EnumerateArray().Where(p => !p.TryGetProperty("thought", out _)).Select(p => p.GetProperty("text").GetString())),
    };
}
