using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.Testing.Grammars;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.ResponseState;

/// <summary>Two regions in front of two providers, each with two credentials: what one made, either finds again, and nobody else.</summary>
public sealed class StoredResponseTests : IAsyncLifetime
{
    private const string Mate = "mate-key";
    private const string Stranger = "stranger-key";

    private readonly string _secrets = Directory.CreateTempSubdirectory("gg-secrets-").FullName;
    private ScriptedUpstream _first = null!;
    private ScriptedUpstream _second = null!;
    private EdgeHost _east = null!;
    private EdgeHost _west = null!;
    private ResourceSet _resources = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        foreach (var name in new[] { "a", "b" })
        {
            await File.WriteAllTextAsync(Path.Combine(_secrets, name), $"secret-{name}", Cancellation);
        }

        await File.WriteAllTextAsync(Path.Combine(_secrets, "ids"), new string('k', 40), Cancellation);
        _first = await ScriptedUpstream.StartAsync();
        _second = await ScriptedUpstream.StartAsync();
        foreach (var upstream in new[] { _first, _second })
        {
            upstream.Answer = AnswerAsync;
        }

        var resources = TestResources.For(_first, _second);
        _resources = resources with
        {
            Providers = [.. resources.Providers.Select(p => p with { Credentials = [new Credential { Name = "a", FromFile = "a" }, new Credential { Name = "b", FromFile = "b" }] })],
            Tenants = [resources.Tenants[0] with { Keys = [.. resources.Tenants[0].Keys, new ClientKey { Name = "mate", Sha256 = EdgeHost.Sha256(Mate) }] }, TestResources.Tenant("other", Stranger)],
        };
        _east = await StartAsync("us-east");
        _west = await StartAsync("eu-west");
    }

    [Fact]
    public async Task Answer_HasAnIdOfTheGateway_WholeAndStreamed()
    {
        var whole = await CreateAsync(_east);
        var stream = await TextAsync(await PostAsync(_east, """{"model":"fast","input":"go","stream":true}"""));

        whole.ShouldStartWith("resp_");
        whole.ShouldNotBe("resp_own");
        new ResponsesGrammar().Check(stream).ShouldBeEmpty();
        stream.ShouldNotContain("\"resp_own\"");
        stream.Split('\n').Count(l => l.Contains("\"id\":\"resp_", StringComparison.Ordinal)).ShouldBe(3);
    }

    [Fact]
    public async Task PreviousResponse_ThroughAnotherRegion_GoesToItsTargetAndCredential()
    {
        // The first provider fails and the second's first credential is refused, so the response is made at p2 with b.
        _first.Answer = (context, _) => ScriptedUpstream.JsonAsync(context, 500, "{}");
        _second.Answer = (context, _) => context.Request.Headers.Authorization == "Bearer secret-a"
            ? ScriptedUpstream.JsonAsync(context, 401, """{"error":{"message":"no"}}""")
            : AnswerAsync(context, 0);
        var id = await CreateAsync(_east);
        _first.Answer = _second.Answer = AnswerAsync;
        _first.Requests.Clear();
        _second.Requests.Clear();

        var response = await PostAsync(_west, $$"""{"model":"fast","input":"more","previous_response_id":"{{id}}"}""");

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        _first.Requests.ShouldBeEmpty();
        var sent = _second.Requests.ShouldHaveSingleItem();
        sent.Headers["authorization"].ShouldBe("Bearer secret-b");
        sent.Body.ShouldBe("""{"model":"up-model","input":"more","previous_response_id":"resp_own"}""");
        Json(await TextAsync(response)).GetProperty("previous_response_id").GetString().ShouldBe(id);
    }

    [Fact]
    public async Task PreviousResponse_WhoseTargetFails_FailsAndNeverFailsOver()
    {
        var id = await CreateAsync(_east);
        _first.Answer = (context, _) => ScriptedUpstream.JsonAsync(context, 503, """{"error":{"message":"down"}}""");

        var response = await PostAsync(_east, $$"""{"model":"fast","input":"more","previous_response_id":"{{id}}"}""");

        response.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        _second.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task StoredResponse_IsReadDeletedAndCancelledWhereItIs_FromEitherRegion()
    {
        var id = await CreateAsync(_east);
        _first.Requests.Clear();

        foreach (var edge in new[] { _east, _west })
        {
            Json(await TextAsync(await edge.Client.GetAsync($"/v1/responses/{id}?include[]=a&key=leak", Cancellation))).GetProperty("id").GetString().ShouldBe(id);
        }

        Json(await TextAsync(await _west.Client.GetAsync($"/v1/responses/{id}/input_items?limit=3", Cancellation))).GetProperty("object").GetString().ShouldBe("list");
        Json(await TextAsync(await _west.Client.PostAsync($"/v1/responses/{id}/cancel", null, Cancellation))).GetProperty("id").GetString().ShouldBe(id);
        Json(await TextAsync(await _west.Client.DeleteAsync($"/v1/responses/{id}", Cancellation))).GetProperty("id").GetString().ShouldBe(id);

        _first.Requests.Select(r => r.Path).ShouldBe(
            ["/v1/responses/resp_own?include%5B%5D=a", "/v1/responses/resp_own?include%5B%5D=a", "/v1/responses/resp_own/input_items?limit=3", "/v1/responses/resp_own/cancel", "/v1/responses/resp_own"],
            ignoreOrder: false);
        _first.Requests.ShouldAllBe(r => r.Headers["authorization"] == "Bearer secret-a");
    }

    [Fact]
    public async Task StoredStream_IsPassedOnWithTheClientsId()
    {
        var id = await CreateAsync(_east);

        var response = await _west.Client.GetAsync($"/v1/responses/{id}?stream=true&starting_after=0", Cancellation);

        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        var stream = await TextAsync(response);
        new ResponsesGrammar().Check(stream).ShouldBeEmpty();
        stream.ShouldContain(id);
        _first.Requests.Last().Path.ShouldEndWith("?stream=true&starting_after=0");
    }

    [Fact]
    public async Task IdOfAnotherTenant_TamperedOrForeign_IsNotKnown()
    {
        var id = await CreateAsync(_east);
        _first.Requests.Clear();
        string[] unknown = [id[..^1] + (id[^1] == 'A' ? 'B' : 'A'), "resp_own", "resp_"];

        foreach (var (key, wrong) in unknown.Select(u => (EdgeHost.Key, u)).Append((Stranger, id)))
        {
            foreach (var request in new[]
            {
                Request(HttpMethod.Get, $"/v1/responses/{wrong}", key), Request(HttpMethod.Delete, $"/v1/responses/{wrong}", key),
                Request(HttpMethod.Post, "/v1/responses", key, $$"""{"model":"fast","input":"x","previous_response_id":"{{wrong}}"}"""),
            })
            {
                var response = await _east.Client.SendAsync(request, Cancellation);
                response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
                var error = Json(await TextAsync(response)).GetProperty("error");
                error.GetProperty("code").GetString().ShouldBe("response_not_found");
                error.GetProperty("message").GetString()!.ShouldContain("not known here");
            }
        }

        // Another key of the same tenant is as good as the one that made it.
        (await _east.Client.SendAsync(Request(HttpMethod.Get, $"/v1/responses/{id}", Mate), Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
        _first.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task ModelThatTheKeyMayNoLongerUse_KeepsItsResponsesToo()
    {
        var id = await CreateAsync(_east);
        _east.Snapshots.TryActivate("2", _resources with { Tenants = [.. _resources.Tenants.Select(t => t with { Models = ["secret"] })] }).ShouldBeEmpty();

        (await _east.Client.GetAsync($"/v1/responses/{id}", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task TargetThatIsGone_IsSaidSo()
    {
        var id = await CreateAsync(_east);
        _east.Snapshots.TryActivate("2", _resources with { Models = [_resources.Models[0] with { Targets = [_resources.Models[0].Targets[1]] }] }).ShouldBeEmpty();
        var get = await _east.Client.GetAsync($"/v1/responses/{id}", Cancellation);
        var post = await PostAsync(_east, $$"""{"model":"fast","input":"x","previous_response_id":"{{id}}"}""");
        _east.Snapshots.TryActivate("3", _resources with { Providers = [.. _resources.Providers.Select(p => p with { Credentials = [p.Credentials[1]] })] }).ShouldBeEmpty();
        var credential = await _east.Client.GetAsync($"/v1/responses/{id}", Cancellation);

        foreach (var response in new[] { get, post, credential })
        {
            response.StatusCode.ShouldBe(HttpStatusCode.Conflict);
            Json(await TextAsync(response)).GetProperty("error").GetProperty("code").GetString().ShouldBe("response_target_gone");
        }
    }

    [Fact]
    public async Task TranslatedResponse_WasNotStored()
    {
        _east.Snapshots.TryActivate("2", TestResources.With(_resources, new Capabilities { Api = [ModelApi.Chat] })).ShouldBeEmpty();
        _first.Answer = (context, _) => ScriptedUpstream.JsonAsync(context, 200, ScriptedUpstream.Completion);
        var id = await CreateAsync(_east);

        var get = await _east.Client.GetAsync($"/v1/responses/{id}", Cancellation);
        var post = await PostAsync(_east, $$"""{"model":"fast","input":"x","previous_response_id":"{{id}}"}""");

        get.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        post.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        foreach (var response in new[] { get, post })
        {
            Json(await TextAsync(response)).GetProperty("error").GetProperty("code").GetString().ShouldBe("response_not_stored");
        }
    }

    [Theory]
    [InlineData("", "p2/main/up-model")]
    [InlineData(",\"store\":true", "p2/main/up-model")]
    [InlineData(",\"store\":false", "p1/main/up-model")]
    public async Task TargetThatKeepsResponses_ComesFirst_UnlessNothingIsToBeKept(string store, string expected)
    {
        var model = _resources.Models[0];
        var resources = _resources with { Models = [model with { Targets = [model.Targets[0] with { Capabilities = new Capabilities { Api = [ModelApi.Chat] } }, model.Targets[1]] }] };
        _east.Snapshots.TryActivate("2", resources).ShouldBeEmpty();
        _first.Answer = (context, _) => ScriptedUpstream.JsonAsync(context, 200, ScriptedUpstream.Completion);

        var response = await PostAsync(_east, $$"""{"model":"fast","input":"go"{{store}}}""");

        response.Headers.GetValues("x-gateway-provider").ShouldBe([expected]);
    }

    [Theory]
    [InlineData(ModelApi.Responses)]
    [InlineData(ModelApi.Chat)]
    public async Task StreamThatIsCut_EndsWithAnErrorEventOfTheNextNumber(ModelApi api)
    {
        _east.Snapshots.TryActivate("2", TestResources.With(_resources, new Capabilities { Api = [api] })).ShouldBeEmpty();
        _first.Answer = (context, _) => api == ModelApi.Chat
            ? ScriptedUpstream.StreamAsync(context, """data: {"id":"x","model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"hi"},"finish_reason":null}]}""" + "\n\n")
            : ScriptedUpstream.StreamAsync(context, Numbered("created", 0, "\"response\":{\"id\":\"resp_own\",\"object\":\"response\",\"status\":\"in_progress\",\"output\":[]}"),
                Numbered("output_item.added", 1, """ "output_index":0,"item":{"id":"i0","type":"message","content":[]} """),
                Numbered("content_part.added", 2, """ "item_id":"i0","output_index":0,"content_index":0,"part":{"type":"output_text","text":""} """),
                Numbered("output_text.delta", 3, """ "item_id":"i0","output_index":0,"content_index":0,"delta":"hi" """));
        using var request = Request(HttpMethod.Post, "/v1/responses", EdgeHost.Key, """{"model":"fast","input":"go","stream":true}""");

        using var response = await _east.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        var received = new MemoryStream();
        await Should.ThrowAsync<Exception>(async () => await (await response.Content.ReadAsStreamAsync(Cancellation)).CopyToAsync(received, Cancellation));

        new ResponsesGrammar().Check(received.ToArray(), StreamEnd.Error).ShouldBeEmpty();

        static string Numbered(string type, int number, string members) =>
            $"event: response.{type}\ndata: {{\"type\":\"response.{type}\",\"sequence_number\":{number},{members}}}\n\n";
    }

    /// <summary>Azure's clients ask on paths of their own, and its dated endpoints keep their version in the query.</summary>
    [Theory]
    [InlineData("/openai/v1/responses", null, "/openai/v1/responses/resp_own?limit=2")]
    [InlineData("/openai/responses", "2025-04-01-preview", "/openai/responses/resp_own?api-version=2025-04-01-preview&limit=2")]
    public async Task StoredResponse_OfAzure_IsReadOnItsPaths(string path, string? version, string expected)
    {
        var azure = _resources.Providers[0] with { Format = ProviderFormat.AzureOpenAI, Endpoints = [new ProviderEndpoint { Name = "main", Url = _first.Url, ApiVersion = version }] };
        _east.Snapshots.TryActivate("2", _resources with { Providers = [azure, _resources.Providers[1]] }).ShouldBeEmpty();
        var id = Json(await TextAsync(await _east.PostAsync($"{path}?api-version=2024-10-21", """{"model":"fast","input":"go"}"""))).GetProperty("id").GetString();

        var read = await _east.Client.GetAsync($"{path}/{id}?api-version=2024-10-21&limit=2", Cancellation);

        Json(await TextAsync(read)).GetProperty("id").GetString().ShouldBe(id);
        _first.Requests.Last().Path.ShouldBe(expected);
        _first.Requests.Last().Headers["api-key"].ShouldBe("secret-a");
    }

    [Fact]
    public async Task ProvidersRefusal_SpeaksOfTheClientsId()
    {
        var id = await CreateAsync(_east);
        _first.Answer = (context, _) => ScriptedUpstream.JsonAsync(context, 404, """{"error":{"message":"Response with id 'resp_own' not found.","type":"invalid_request_error","param":null,"code":null}}""");

        var response = await _east.Client.GetAsync($"/v1/responses/{id}", Cancellation);

        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        Json(await TextAsync(response)).GetProperty("error").GetProperty("message").GetString().ShouldBe($"Response with id '{id}' not found.");
    }

    [Theory]
    [InlineData("POST", "", "GET, DELETE")]
    [InlineData("GET", "/cancel", "POST")]
    [InlineData("DELETE", "/input_items", "GET")]
    public async Task OtherMethods_AreNotAllowed(string method, string part, string allowed)
    {
        var response = await _east.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), $"/v1/responses/resp_x{part}"), Cancellation);

        response.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        string.Join(", ", response.Content.Headers.Allow).ShouldBe(allowed);
    }

    [Fact]
    public async Task Conversation_IsRefusedNamingTheField()
    {
        var response = await PostAsync(_east, """{"model":"fast","input":"x","conversation":"conv_1"}""");

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        Json(await TextAsync(response)).GetProperty("error").GetProperty("param").GetString().ShouldBe("conversation");
    }

    public async ValueTask DisposeAsync()
    {
        await _east.DisposeAsync();
        await _west.DisposeAsync();
        await _first.DisposeAsync();
        await _second.DisposeAsync();
        Directory.Delete(_secrets, recursive: true);
    }

    private Task<EdgeHost> StartAsync(string region) => EdgeHost.StartAsync(_resources, o => new()
    {
        Fleet = o.Fleet,
        Region = region,
        Name = o.Name,
        DataDirectory = o.DataDirectory,
        PublicListen = o.PublicListen,
        ManagementListen = o.ManagementListen,
        CredentialHosts = o.CredentialHosts,
        DrainDelay = o.DrainDelay,
        SecretsRoot = _secrets,
        ResponseIdKeyFile = Path.Combine(_secrets, "ids"),
    });

    private static Task<HttpResponseMessage> PostAsync(EdgeHost edge, string body) => edge.PostAsync("/v1/responses", body);

    private static async Task<string> CreateAsync(EdgeHost edge)
    {
        var response = await PostAsync(edge, """{"model":"fast","input":"go"}""");
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return Json(await TextAsync(response)).GetProperty("id").GetString()!;
    }

    private static HttpRequestMessage Request(HttpMethod method, string path, string key, string? body = null) => new(method, path)
    {
        Headers = { Authorization = new AuthenticationHeaderValue("Bearer", key) },
        Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json"),
    };

    /// <summary>What a provider with stored responses says, whatever it is asked.</summary>
    private static Task AnswerAsync(HttpContext context, int count)
    {
        const string Response = """{"id":"resp_own","object":"response","status":"completed","previous_response_id":null,"output":[],"usage":{"input_tokens":1,"output_tokens":2,"total_tokens":3}}""";
        if (context.Request.Path.Value!.EndsWith("/input_items", StringComparison.Ordinal))
        {
            return ScriptedUpstream.JsonAsync(context, 200, """{"object":"list","data":[{"id":"msg_1","type":"message"}],"has_more":false}""");
        }

        if (HttpMethods.IsDelete(context.Request.Method))
        {
            return ScriptedUpstream.JsonAsync(context, 200, """{"id":"resp_own","object":"response.deleted","deleted":true}""");
        }

        return context.Request.Query["stream"] == "true" || context.Request.Headers.Accept == "text/event-stream"
            ? ScriptedUpstream.StreamAsync(context, Event(0, "created", "in_progress"), Event(1, "in_progress", "in_progress"), Event(2, "completed", "completed"))
            : ScriptedUpstream.JsonAsync(context, 200, context.Request.Method == "POST" && !context.Request.Path.Value!.Contains("resp_own", StringComparison.Ordinal)
                ? Response.Replace("\"previous_response_id\":null", "\"previous_response_id\":\"resp_own\"", StringComparison.Ordinal)
                : Response);

        static string Event(int number, string type, string status) =>
            $"event: response.{type}\ndata: {{\"type\":\"response.{type}\",\"sequence_number\":{number},\"response\":{Response.Replace("completed", status, StringComparison.Ordinal)}}}\n\n";
    }

    private static Task<string> TextAsync(HttpResponseMessage response) => response.Content.ReadAsStringAsync(Cancellation);

    private static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
