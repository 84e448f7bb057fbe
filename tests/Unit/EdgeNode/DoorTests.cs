using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Admission;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode;

public class DoorTests
{
    private const string Chat = """{"model":"fast","messages":[{"role":"user","content":"hello"}]}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Authorization", "Bearer test-key")]
    [InlineData("authorization", "bearer test-key")]
    [InlineData("x-api-key", "test-key")]
    [InlineData("api-key", "test-key")]
    [InlineData("x-goog-api-key", "test-key")]
    public async Task Key_WhereverSdksPutIt_IsFound(string header, string value)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await EdgeHost.StartAsync(TestResources.For(upstream));
        edge.Client.DefaultRequestHeaders.Authorization = null;
        edge.Client.DefaultRequestHeaders.TryAddWithoutValidation(header, value);

        (await edge.ChatAsync()).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Key_InTheQuery_IsFoundAndNeitherLoggedNorForwarded()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await EdgeHost.StartAsync(TestResources.For(upstream));
        edge.Client.DefaultRequestHeaders.Authorization = null;

        (await edge.PostAsync("/v1/chat/completions?key=test-key", Chat)).StatusCode.ShouldBe(HttpStatusCode.OK);

        upstream.Requests.Single().Path.ShouldBe("/v1/chat/completions");
        await edge.StopAsync();
        await edge.DisposeAsync();
        Encoding.UTF8.GetString(edge.Log.ToArray()).ShouldNotContain("test-key");
    }

    [Theory]
    [InlineData(null, "missing_api_key")]
    [InlineData("wrong", "invalid_api_key")]
    public async Task Key_MissingOrWrong_Is401InTheClientsDialect(string? key, string code)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await EdgeHost.StartAsync(TestResources.For(upstream));
        edge.Client.DefaultRequestHeaders.Authorization = key is null ? null : new("Bearer", key);

        var openAI = await edge.ChatAsync();
        var anthropic = await edge.PostAsync("/v1/messages", Chat);

        openAI.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await JsonAsync(openAI)).GetProperty("error").GetProperty("code").GetString().ShouldBe(code);
        var error = await JsonAsync(anthropic);
        error.GetProperty("type").GetString().ShouldBe("error");
        error.GetProperty("error").GetProperty("type").GetString().ShouldBe("authentication_error");
        openAI.Headers.GetValues("x-should-retry").ShouldBe(["false"]);
    }

    [Fact]
    public async Task Key_OutsideItsTime_SaysWhen()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        var resources = TestResources.For(upstream);
        var key = resources.Tenants[0].Keys[0] with { NotAfter = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero) };
        await using var edge = await EdgeHost.StartAsync(resources with { Tenants = [resources.Tenants[0] with { Keys = [key] }] });

        var response = await edge.ChatAsync();

        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await response.Content.ReadAsStringAsync(Cancellation)).ShouldContain("expired at 2020-01-01T00:00:00Z");
    }

    [Theory]
    [InlineData("nope", HttpStatusCode.NotFound, "model_not_found")]
    [InlineData("secret", HttpStatusCode.Forbidden, "model_not_allowed")]
    public async Task Model_UnknownOrNotAllowed_IsRefusedForGood(string model, HttpStatusCode status, string code)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await EdgeHost.StartAsync(TestResources.For(upstream));

        var response = await edge.ChatAsync(model);

        response.StatusCode.ShouldBe(status);
        (await JsonAsync(response)).GetProperty("error").GetProperty("code").GetString().ShouldBe(code);
        response.Headers.GetValues("x-should-retry").ShouldBe(["false"]);
        response.Headers.RetryAfter.ShouldBeNull();
        upstream.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/v1/chat/completions", "/v1/chat/completions")]
    [InlineData("/v1/v1/chat/completions", "/v1/chat/completions")]
    [InlineData("/openai/v1/chat/completions", "/v1/chat/completions")]
    [InlineData("/openai/deployments/fast/chat/completions?api-version=2024-10-21", "/v1/chat/completions")]
    public async Task Path_EveryFormOfChat_ReachesTheUpstream(string path, string upstreamPath)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await EdgeHost.StartAsync(TestResources.For(upstream));

        (await edge.PostAsync(path, Chat)).StatusCode.ShouldBe(HttpStatusCode.OK);

        upstream.Requests.Single().Path.ShouldBe(upstreamPath);
    }

    [Theory]
    [InlineData("GET", "/v1/chat/completions", HttpStatusCode.MethodNotAllowed)]
    [InlineData("POST", "/v1/nothing", HttpStatusCode.NotFound)]
    [InlineData("POST", "/", HttpStatusCode.NotFound)]
    public async Task Path_NotServed_IsAClearError(string method, string path, HttpStatusCode status)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await EdgeHost.StartAsync(TestResources.For(upstream));
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        (await edge.Client.SendAsync(request, Cancellation)).StatusCode.ShouldBe(status);
    }

    [Fact]
    public async Task WebSocketUpgrade_WhereThereIsNone_Gets426()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await EdgeHost.StartAsync(TestResources.For(upstream));

        var answer = await RawAsync(edge, "GET /v1/realtime HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");

        answer.ShouldStartWith("HTTP/1.1 426 ");
    }

    [Theory]
    [InlineData("Authorization: Bearer wrong", 100, "HTTP/1.1 401 ")]
    [InlineData("Authorization: Bearer test-key", 100_000_000, "HTTP/1.1 413 ")]
    public async Task ExpectContinue_Refused_IsToldBeforeTheUpload(string header, long length, string status)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await EdgeHost.StartAsync(TestResources.For(upstream));

        var answer = await RawAsync(edge, $"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\n{header}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nExpect: 100-continue\r\n\r\n");

        answer.ShouldStartWith(status);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Body_Compressed_IsExpanded(string encoding)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await EdgeHost.StartAsync(TestResources.For(upstream));

        (await SendEncodedAsync(edge, Compress(Encoding.UTF8.GetBytes(Chat), encoding), encoding)).StatusCode.ShouldBe(HttpStatusCode.OK);

        upstream.Requests.Single().Body.ShouldContain("hello");
        upstream.Requests.Single().Headers.Keys.ShouldNotContain("Content-Encoding");
    }

    [Fact]
    public async Task Body_ExpandingBeyondTheBound_Gets413()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await EdgeHost.StartAsync(TestResources.For(upstream));

        var bomb = Compress(new byte[AdmissionLimits.BodyBytesMax + 1024], "gzip");

        (await SendEncodedAsync(edge, bomb, "gzip")).StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task Body_UnknownEncoding_Gets415_BrokenGzip400()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await EdgeHost.StartAsync(TestResources.For(upstream));

        (await SendEncodedAsync(edge, Encoding.UTF8.GetBytes(Chat), "zstd")).StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        (await SendEncodedAsync(edge, Encoding.UTF8.GetBytes(Chat), "gzip")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("", "no body")]
    [InlineData("[]", "must be a JSON object")]
    [InlineData("{\"model\":\"fast\"", "line 1, byte")]
    [InlineData("{\"model\":\"fast\",\"model\":\"secret\"}", "appears twice")]
    [InlineData("{\"model\":\"fast\",\"\\u006dodel\":\"secret\"}", "appears twice")]
    [InlineData("{\"model\":7}", "\\u0022model\\u0022 must be a name")]
    [InlineData("{\"messages\":[]}", "\\u0022model\\u0022 is missing")]
    [InlineData("{\"model\":\"fast\",\"stream\":\"yes\"}", "must be true or false")]
    [InlineData("{\"model\":\"fast\"} x", "not valid JSON")]
    public async Task Body_Bad_Is400WithThePlace(string body, string message)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await EdgeHost.StartAsync(TestResources.For(upstream));

        var response = await edge.PostAsync("/v1/chat/completions", body);

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync(Cancellation)).ShouldContain(message);
        upstream.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Headers_OnlyThoseOfTheTable_GoUpstream()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await EdgeHost.StartAsync(TestResources.For(upstream));
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)
            [("OpenAI-Beta", "assistants=v2"), ("Idempotency-Key", "k1"), ("OpenAI-Organization", "org"), ("Cookie", "a=b"), ("x-forwarded-for", "9.9.9.9"),
             ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), ("tracestate", "a=1"), ("accept-encoding", "gzip")])
        {
            edge.Client.DefaultRequestHeaders.TryAddWithoutValidation(name, value);
        }

        await edge.ChatAsync();

        var headers = upstream.Requests.Single().Headers;
        headers["OpenAI-Beta"].ShouldBe("assistants=v2");
        headers["Idempotency-Key"].ShouldBe("k1");
        headers["traceparent"].ShouldStartWith("00-0af7651916cd43dd8448eb211c80319c-");
        headers["traceparent"].ShouldNotContain("b7ad6b7169203331");
        headers["tracestate"].ShouldBe("a=1");
        headers["Accept-Encoding"].ShouldBe("identity");
        headers.Keys.Except(["OpenAI-Beta", "Idempotency-Key", "traceparent", "tracestate", "Accept-Encoding", "Accept", "User-Agent", "Host", "Content-Type", "Content-Length"], StringComparer.OrdinalIgnoreCase)
            .ShouldBeEmpty();
    }

    [Fact]
    public async Task Models_AreListedInTheClientsShapeAndOnlyAllowedOnes()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await EdgeHost.StartAsync(TestResources.For(upstream));

        var openAI = await JsonAsync(await edge.Client.GetAsync("/v1/models", Cancellation));
        edge.Client.DefaultRequestHeaders.Add("anthropic-version", "2023-06-01");
        var anthropic = await JsonAsync(await edge.Client.GetAsync("/v1/models", Cancellation));
        var one = await edge.Client.GetAsync("/v1/models/gpt-4o-mini", Cancellation);
        var hidden = await edge.Client.GetAsync("/v1/models/secret", Cancellation);

        openAI.GetProperty("data").EnumerateArray().Select(m => m.GetProperty("id").GetString()).ShouldBe(["fast", "gpt-4o-mini"]);
        anthropic.GetProperty("has_more").GetBoolean().ShouldBeFalse();
        anthropic.GetProperty("data")[0].GetProperty("type").GetString().ShouldBe("model");
        one.StatusCode.ShouldBe(HttpStatusCode.OK);
        hidden.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Health_PublicIsBare_ManagementTellsMore()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await EdgeHost.StartAsync(resources: null);

        (await edge.Client.GetAsync("/health/live", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await edge.Client.GetAsync("/health/ready", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await edge.ChatAsync()).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        edge.Snapshots.TryActivate("abc", TestResources.For(upstream)).ShouldBeEmpty();
        (await edge.Client.GetStringAsync("/health/ready", Cancellation)).ShouldBe("ready\n");
        (await edge.Client.GetAsync("/metrics", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await edge.Client.GetStringAsync($"{edge.ManagementUrl}/status", Cancellation)).ShouldContain("\"revision\": \"abc\"");
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage response)
    {
        using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancellation));
        return document.RootElement.Clone();
    }

    private static async Task<string> RawAsync(EdgeHost edge, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, new Uri(edge.PublicUrl).Port, Cancellation);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), Cancellation);
        var buffer = new byte[4096];
        var read = await stream.ReadAsync(buffer, Cancellation);
        return Encoding.ASCII.GetString(buffer, 0, read);
    }

    private static Task<HttpResponseMessage> SendEncodedAsync(EdgeHost edge, byte[] body, string encoding)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/json");
        content.Headers.ContentEncoding.Add(encoding);
        return edge.Client.PostAsync("/v1/chat/completions", content, Cancellation);
    }

    private static byte[] Compress(byte[] data, string encoding)
    {
        using var memory = new MemoryStream();
        using (Stream compressor = encoding == "gzip" ? new GZipStream(memory, CompressionLevel.Fastest) : new BrotliStream(memory, CompressionLevel.Fastest))
        {
            compressor.Write(data);
        }

        return memory.ToArray();
    }
}
