using System.Net.Http.Headers;
using System.Text;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.ProviderSimulator.Hosting;

/// <summary>Whatever arrives gets an answer or the vendor's refusal, never a crash.</summary>
public class MutatedRequestTests
{
    private const int Rounds = 400;

    private static readonly string[] Splices = ["null", "[]", "{}", "-1", "1e999", "\"\\u0000\"", "true", "[[1]]", "{\"type\":\"function\"}", "\"x\"", ",", "\"", "9223372036854775808", "[null]"];

    public static TheoryData<string, string> Seeds => new()
    {
        { "/openai/v1/chat/completions", """{"model":"gpt-4o","stream":true,"n":2,"stop":["a"],"logprobs":true,"top_logprobs":2,"messages":[{"role":"system","content":"s"},{"role":"user","content":[{"type":"text","text":"weather"}]},{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c","content":"r"}],"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"a":{"type":"array","items":{"$ref":"#"}}}}}}],"tool_choice":"auto","response_format":{"type":"json_schema","json_schema":{"name":"x","schema":{"type":"object"}}}}""" },
        { "/openai/v1/responses", """{"model":"o4-mini","stream":true,"input":[{"role":"user","content":"hi"},{"type":"function_call","call_id":"c","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"c","output":"r"}],"tools":[{"type":"function","name":"f","parameters":{"type":"object"}}],"text":{"format":{"type":"text"}},"reasoning":{"effort":"low"},"metadata":{"a":"b"}}""" },
        { "/openai/v1/embeddings", """{"model":"text-embedding-3-small","input":["a",[1,2]],"dimensions":8,"encoding_format":"base64"}""" },
        { "/azure/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21", """{"messages":[{"role":"user","content":"[[filter]]"}],"temperature":1}""" },
        { "/anthropic/v1/messages", """{"model":"claude-sonnet-4-5","max_tokens":2000,"stream":true,"system":[{"type":"text","text":"s"}],"thinking":{"type":"enabled","budget_tokens":1024},"tools":[{"name":"f","input_schema":{"type":"object"}}],"messages":[{"role":"user","content":"weather"},{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":[{"type":"text","text":"r"}]}]}]}""" },
        { "/anthropic/v1/messages/count_tokens", """{"model":"claude-sonnet-4-5","messages":[{"role":"user","content":"x"}]}""" },
        { "/sentiment/v1/sentiment", """{"text":"good"}""" },
    };

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Request_Mutated_NeverGetsA5xx(string path, string seed)
    {
        await using var host = await SimulatorHost.StartAsync();
        var random = new Random(seed.Length);
        for (var round = 0; round < Rounds; round++)
        {
            var body = Mutate(Encoding.UTF8.GetBytes(seed), random);
            using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            using var response = await host.Client.PostAsync(path, content);
            ((int)response.StatusCode).ShouldBeLessThan(500, Encoding.UTF8.GetString(body));
            (await response.Content.ReadAsByteArrayAsync()).ShouldNotBeEmpty();
        }
    }

    private static byte[] Mutate(byte[] body, Random random)
    {
        var bytes = body.ToList();
        for (var change = random.Next(1, 4); change > 0 && bytes.Count > 0; change--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 12), bytes.Count - at));
                    break;
                case 2:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(Splices[random.Next(Splices.Length)]));
                    break;
                default:
                    // A whole value for another: what stands between a colon and the next comma.
                    var colon = bytes.IndexOf((byte)':', at);
                    var comma = colon < 0 ? -1 : bytes.IndexOf((byte)',', colon);
                    if (comma > 0)
                    {
                        bytes.RemoveRange(colon + 1, comma - colon - 1);
                        bytes.InsertRange(colon + 1, Encoding.UTF8.GetBytes(Splices[random.Next(Splices.Length)]));
                    }
                    break;
            }
        }
        return [.. bytes];
    }
}
