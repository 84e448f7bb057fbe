using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace GlobalGateway.Fuzz.Requests;

/// <summary>Takes a valid request of one of the APIs and breaks its body, headers, path or framing.</summary>
public static class RequestMutator
{
    private static readonly (string Path, string Body)[] Templates =
    [
        ("/v1/chat/completions", """{"model":"fast","messages":[{"role":"system","content":"be brief"},{"role":"user","content":"hello"}],"temperature":0.2,"max_tokens":20,"stop":["x"]}"""),
        ("/v1/chat/completions", """{"model":"fast","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":[{"type":"text","text":"hello"}]}]}"""),
        ("/v1/chat/completions", """{"model":"smart","messages":[{"role":"user","content":"weather?"}],"tools":[{"type":"function","function":{"name":"weather","parameters":{"type":"object","properties":{"city":{"type":"string"}}}}}]}"""),
        ("/openai/deployments/fast/chat/completions?api-version=2024-10-21", """{"messages":[{"role":"user","content":"hello"}],"stream":true}"""),
        ("/v1/embeddings", """{"model":"embed-small","input":["a","b"],"encoding_format":"float"}"""),
        ("/v1/messages", """{"model":"claude","max_tokens":20,"system":"be brief","messages":[{"role":"user","content":"hello"}]}"""),
        ("/v1/messages", """{"model":"claude","max_tokens":20,"stream":true,"messages":[{"role":"user","content":[{"type":"text","text":"hello"}]}]}"""),
        ("/v1/chat/completions", """{"model":"claude","max_tokens":20,"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"image_url","image_url":{"url":"data:image/png;base64,aGk="}}]},{"role":"assistant","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c1","content":"1"}],"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}],"stream":true}"""),
        ("/v1/messages", """{"model":"balanced","max_tokens":20,"system":[{"type":"text","text":"x"}],"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"f","input":{"a":[1]}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"1"}]}],"tools":[{"name":"f","input_schema":{"type":"object"}}],"tool_choice":{"type":"auto"}}"""),
        ("/v1/responses", """{"model":"fast","store":false,"include":["reasoning.encrypted_content"],"input":[{"role":"user","content":"hello"},{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"gg.anthropic.QQ=="},{"role":"user","content":"on"}]}"""),
        ("/v1/responses", """{"model":"claude","stream":true,"instructions":"be brief","input":[{"role":"user","content":[{"type":"input_text","text":"hello"}]},{"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"hm"}],"encrypted_content":"gg.anthropic.QQ=="},{"type":"function_call","call_id":"c1","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"c1","output":"1"}],"tools":[{"type":"function","name":"f","parameters":{"type":"object"}}],"text":{"format":{"type":"text"}}}"""),
        ("/v1/responses", """{"model":"fast","input":"hello","previous_response_id":"resp_QUFBQUFBQUFBQUFBQUFBQXVzLWVhc3QKZmFzdA"}"""),
        ("/v1/sentiment", """{"text":"what a fine day"}"""),
    ];

    private static readonly string[] HeaderNames =
        ["x-stainless-timeout", "traceparent", "tracestate", "content-encoding", "accept", "accept-encoding", "anthropic-version", "anthropic-beta",
         "idempotency-key", "openai-beta", "x-api-key", "cookie", "content-type", "expect", "upgrade", "range", "x-forwarded-for", "te", "host", "x-odd"];

    private static readonly string[] HeaderValues =
        ["", "0", "-1", "1e309", "NaN", "gzip", "br", "zstd", "gzip, gzip", "00-00000000000000000000000000000000-0000000000000000-00", "websocket", "100-continue",
         "application/json; charset=utf-16", "text/plain", "bytes=0-", "\u00ff\u00fe", "a;b=\"c", "*/*", "trailers", "x,x,x"];

    private static readonly string[] Paths =
        ["/v1/v1/chat/completions", "/v1//chat/completions", "/v1/chat/completions/", "/v1/../v1/chat/completions", "/v1/chat%2Fcompletions", "/v1/%63hat/completions",
         "/v1/chat/completions?key=%00", "/v1/chat/completions?a=%ZZ&b[]=1", "/%00", "/v1/models/%2e%2e%2f", "/openai/deployments//chat/completions",
         "/openai/deployments/a%2Fb/chat/completions", "/v1/responses/resp_1", "/v1/responses/resp_%00/cancel", "/v1/responses//input_items", "/openai/responses/a/b?api-version=x", "/V1/chat/completions", "*", "/v1beta/models/x:generateContent", "/v1/models"];

    public static FuzzRequest Create(Random random, string key)
    {
        var (path, json) = Templates[random.Next(Templates.Length)];
        var body = Encoding.UTF8.GetBytes(json);
        var headers = new List<(string Name, string Value)> { ("authorization", $"Bearer {key}"), ("content-type", "application/json"), ("connection", "close") };
        switch (random.Next(8))
        {
            case 0 or 1 or 2:
                return Frame(path, headers, Encoding.UTF8.GetBytes(MutateJson(random, json)), "json");
            case 3:
                return Frame(path, headers, MutateBytes(random, body), "bytes");
            case 4:
                for (var i = random.Next(1, 4); i > 0; i--)
                {
                    headers.Add((HeaderNames[random.Next(HeaderNames.Length)], random.Next(20) == 0 ? new string('h', random.Next(40_000)) : HeaderValues[random.Next(HeaderValues.Length)]));
                }

                return Frame(path, headers, body, "headers", isWhole: false);
            case 5:
                return Frame(random.Next(20) == 0 ? "/" + new string('p', random.Next(20_000)) : Paths[random.Next(Paths.Length)], headers, body, "path", isWhole: false);
            case 6:
                return Chunked(random, path, headers, body);
            default:
                return WrongLength(random, path, headers, body);
        }
    }

    private static FuzzRequest Frame(string path, List<(string Name, string Value)> headers, byte[] body, string mutation, bool isWhole = true)
    {
        headers.Add(("content-length", body.Length.ToString(CultureInfo.InvariantCulture)));
        return new FuzzRequest([.. Head(path, headers), .. body], mutation, isWhole);
    }

    private static byte[] Head(string path, List<(string Name, string Value)> headers)
    {
        var text = new StringBuilder($"POST {path} HTTP/1.1\r\n");
        if (headers.TrueForAll(h => h.Name != "host"))
        {
            text.Append("host: edge\r\n");
        }

        foreach (var (name, value) in headers)
        {
            text.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        return Encoding.Latin1.GetBytes(text.Append("\r\n").ToString());
    }

    private static FuzzRequest Chunked(Random random, string path, List<(string Name, string Value)> headers, byte[] body)
    {
        headers.Add(("transfer-encoding", "chunked"));
        var bytes = new List<byte>(Head(path, headers));
        var broken = random.Next(3) == 0;
        for (var position = 0; position < body.Length;)
        {
            var size = Math.Min(random.Next(1, 40), body.Length - position);
            var stated = broken && random.Next(4) == 0 ? (string[])["zz", "-1", "ffffffffffffffff", "", (size + 1).ToString("x", CultureInfo.InvariantCulture)] : [size.ToString("x", CultureInfo.InvariantCulture)];
            bytes.AddRange(Encoding.ASCII.GetBytes($"{stated[random.Next(stated.Length)]}{(random.Next(5) == 0 ? ";ext=1" : "")}\r\n"));
            bytes.AddRange(body.AsSpan(position, size));
            bytes.AddRange("\r\n"u8);
            position += size;
        }

        if (!broken || random.Next(2) == 0)
        {
            bytes.AddRange(random.Next(3) == 0 ? "0\r\nx-trailer: 1\r\n\r\n"u8 : "0\r\n\r\n"u8);
        }

        return new FuzzRequest([.. bytes], broken ? "chunks broken" : "chunks", IsWhole: !broken);
    }

    private static FuzzRequest WrongLength(Random random, string path, List<(string Name, string Value)> headers, byte[] body)
    {
        var stated = (string[])[$"{body.Length - 1 - random.Next(body.Length / 2)}", $"{body.Length + random.Next(1, 50)}", "-1", "99999999999999999999", "1e3", "", "64", $"{body.Length}, {body.Length}"];
        headers.Add(("content-length", stated[random.Next(stated.Length)]));
        return new FuzzRequest([.. Head(path, headers), .. body], "length", IsWhole: false);
    }

    private static byte[] MutateBytes(Random random, byte[] body)
    {
        var bytes = new List<byte>(body);
        for (var i = random.Next(1, 6); i > 0 && bytes.Count > 0; i--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
                case 2:
                    bytes.RemoveAt(at);
                    break;
                default:
                    bytes.RemoveRange(at, random.Next(bytes.Count - at));
                    break;
            }
        }

        return [.. bytes];
    }

    private static string MutateJson(Random random, string json)
    {
        var root = JsonNode.Parse(json)!.AsObject();
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var place = (JsonNode)root;
            while (random.Next(3) > 0 && Children(place) is { Count: > 0 } children)
            {
                place = children[random.Next(children.Count)];
            }

            switch (place)
            {
                case JsonObject target when random.Next(3) == 0 && target.Count > 0:
                    target.Remove(target.ElementAt(random.Next(target.Count)).Key);
                    break;
                case JsonObject target:
                    target[random.Next(3) == 0 || target.Count == 0 ? $"x_{random.Next(100)}" : target.ElementAt(random.Next(target.Count)).Key] = Value(random);
                    break;
                case JsonArray target:
                    target.Insert(random.Next(target.Count + 1), Value(random));
                    break;
            }
        }

        var text = root.ToJsonString();
        return random.Next(15) == 0 ? string.Concat("{\"deep\":", new string('[', random.Next(1000)), text) : text;
    }

    private static List<JsonNode> Children(JsonNode node) => node switch
    {
        JsonObject target => [.. target.Select(p => p.Value).OfType<JsonNode>().Where(n => n is JsonObject or JsonArray)],
        JsonArray target => [.. target.OfType<JsonNode>().Where(n => n is JsonObject or JsonArray)],
        _ => [],
    };

    private static JsonNode? Value(Random random) => random.Next(10) switch
    {
        0 => null,
        1 => JsonValue.Create(random.Next(-5, 5)),
        2 => JsonValue.Create(long.MaxValue),
        3 => JsonValue.Create(true),
        4 => JsonValue.Create(""),
        5 => JsonValue.Create("text \u0000 \ud83d\ude00"),
        6 => JsonValue.Create(new string('y', random.Next(5_000))),
        7 => new JsonArray(),
        8 => new JsonObject { ["a"] = new JsonArray(1, "b", null) },
        _ => JsonNode.Parse("1e400"),
    };
}
