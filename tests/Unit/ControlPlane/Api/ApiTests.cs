using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using GlobalGateway.ControlPlane.Api;
using GlobalGateway.ControlPlane.Tokens;
using GlobalGateway.Testing;
using GlobalGateway.Unit.EdgeNode.Configuration;
using Microsoft.AspNetCore.Routing;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.ControlPlane.Api;

[Trait("suite", "config")]
public sealed class ApiTests : IAsyncLifetime
{
    private readonly ControlPlaneHost _plane = new();
    private readonly HttpClient _client = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _plane.Save(ConfigStreamTests.With("fast"));
        await _plane.StartAsync();
        _client.BaseAddress = new Uri(_plane.ApiUrl);
        await Eventually.HoldsAsync(() => _plane.Status.Serving is not null);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _plane.DisposeAsync();
    }

    [Fact]
    public async Task EveryRoute_WithoutATokenOrWithALowerRole_IsDenied()
    {
        var tokens = new Dictionary<ApiRole, string>
        {
            [ApiRole.Viewer] = await TokenAsync("viewer"), [ApiRole.Operator] = await TokenAsync("operator"), [ApiRole.Admin] = await TokenAsync("admin"),
        };
        var document = await GetAsync("/api/v1/openapi/v1.json", ControlPlaneHost.Token);
        document["openapi"]!.GetValue<string>().ShouldStartWith("3.1.");
        var routes = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(verb => (Path: path.Key, Verb: verb.Key.ToUpperInvariant(), Operation: verb.Value!))).ToList();

        routes.Count.ShouldBeGreaterThan(25);
        foreach (var (path, verb, operation) in routes)
        {
            var required = Enum.Parse<ApiRole>(operation[ApiAccess.DocumentField].ShouldNotBeNull($"{verb} {path} says no role").GetValue<string>(), ignoreCase: true);
            (await StatusAsync(verb, path, null)).ShouldBe(HttpStatusCode.Unauthorized, $"{verb} {path} without a token");
            (await StatusAsync(verb, path, "ggt_nobodys")).ShouldBe(HttpStatusCode.Unauthorized, $"{verb} {path} with a wrong token");
            foreach (var (role, token) in tokens)
            {
                var status = await StatusAsync(verb, path, token);
                if (role < required)
                {
                    status.ShouldBe(HttpStatusCode.Forbidden, $"{verb} {path} for {role}");
                }
                else
                {
                    status.ShouldNotBe(HttpStatusCode.Forbidden, $"{verb} {path} for {role}");
                    status.ShouldNotBe(HttpStatusCode.Unauthorized, $"{verb} {path} for {role}");
                    status.ShouldNotBe(HttpStatusCode.InternalServerError, $"{verb} {path} for {role}");
                }
            }
        }

        // What the document does not name is open on purpose, and said to be.
        var documented = routes.Select(route => $"{route.Verb} {route.Path}").ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var endpoint in _plane.Endpoints.OfType<RouteEndpoint>())
        {
            var verbs = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"];
            var path = "/" + endpoint.RoutePattern.RawText!.TrimStart('/');
            (verbs.All(verb => documented.Contains($"{verb} {path}")) || endpoint.Metadata.GetMetadata<OpenRoute>() is not null || path.Contains("openapi", StringComparison.Ordinal))
                .ShouldBeTrue($"{string.Join(',', verbs)} {path} is neither documented nor marked open");
        }
    }

    [Fact]
    public async Task Token_IsShownOnceKeptHashedAndEndsAtOnce()
    {
        var token = await TokenAsync("viewer", "grafana");

        (await StatusAsync("GET", "/api/v1/edges", token)).ShouldBe(HttpStatusCode.OK);
        (await GetAsync("/api/v1/tokens", ControlPlaneHost.Token)).ToJsonString().ShouldNotContain(token);
        (await GetAsync("/api/v1/audit", ControlPlaneHost.Token)).ToJsonString().ShouldNotContain(token);
        foreach (var file in Directory.EnumerateFiles(_plane.PathOf("state"), "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "lock"))
        {
            Encoding.UTF8.GetString(Bytes(file)).ShouldNotContain(token);
        }

        (await StatusAsync("DELETE", "/api/v1/tokens/grafana", ControlPlaneHost.Token)).ShouldBe(HttpStatusCode.NoContent);
        await Eventually.HoldsAsync(() => StatusAsync("GET", "/api/v1/edges", token).GetAwaiter().GetResult() == HttpStatusCode.Unauthorized);
        var audit = (await GetAsync("/api/v1/audit", ControlPlaneHost.Token))["records"]!.AsArray();
        audit.Select(record => $"{record!["who"]} {record["action"]} {record["subject"]}").ShouldContain($"{TokenBook.FirstAdmin} token.delete tokens/grafana");

        static byte[] Bytes(string file)
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            return copy.ToArray();
        }
    }

    [Fact]
    public async Task Get_WithTheTagOfBefore_Is304()
    {
        using var first = await SendAsync("GET", "/api/v1/revisions", ControlPlaneHost.Token);
        var tag = first.Headers.ETag.ShouldNotBeNull();

        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/revisions");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ControlPlaneHost.Token);
        request.Headers.IfNoneMatch.Add(tag);
        using var second = await _client.SendAsync(request, Cancel);

        second.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        (await second.Content.ReadAsByteArrayAsync(Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Post_WithTheSameIdempotencyKey_IsDoneOnce()
    {
        using var first = await SendAsync("POST", "/api/v1/source/look", ControlPlaneHost.Token, "{}", "look-1");
        using var again = await SendAsync("POST", "/api/v1/source/look", ControlPlaneHost.Token, "{}", "look-1");
        using var other = await SendAsync("POST", "/api/v1/source/look", ControlPlaneHost.Token, "{ }", "look-1");
        using var token = await SendAsync("POST", "/api/v1/tokens", ControlPlaneHost.Token, """{"name":"once","role":"viewer"}""", "token-1");
        using var tokenAgain = await SendAsync("POST", "/api/v1/tokens", ControlPlaneHost.Token, """{"name":"once","role":"viewer"}""", "token-1");

        first.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        again.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        again.Headers.GetValues("Idempotent-Replayed").ShouldBe(["true"]);
        other.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        token.StatusCode.ShouldBe(HttpStatusCode.Created);
        tokenAgain.StatusCode.ShouldBe(HttpStatusCode.Created);
        (await tokenAgain.Content.ReadAsStringAsync(Cancel)).ShouldBeEmpty("a secret is not kept for a second answer");
    }

    [Theory]
    [InlineData("POST", "/api/v1/tokens", """{"name":"x","role":"king"}""", 400, "body")]
    [InlineData("POST", "/api/v1/tokens", """{"name":"x","role":"viewer","extra":1}""", 400, "extra")]
    [InlineData("POST", "/api/v1/tokens", """{"name":null,"role":"viewer"}""", 400, "body")]
    [InlineData("POST", "/api/v1/tokens", "{", 400, "body")]
    [InlineData("POST", "/api/v1/tokens", """{"name":"Not A Name","role":"viewer"}""", 409, "Not A Name")]
    [InlineData("GET", "/api/v1/audit?limit=0", null, 400, "limit")]
    [InlineData("GET", "/api/v1/audit?limit=many", null, 400, "limit")]
    [InlineData("GET", "/api/v1/revisions/zzzz", null, 404, "zzzz")]
    [InlineData("GET", "/api/v1/rollouts/zzzz", null, 404, "zzzz")]
    [InlineData("GET", "/api/v1/resources/Model/nothing", null, 404, "nothing")]
    [InlineData("POST", "/api/v1/rollouts/1/pause", "{}", 409, "")]
    [InlineData("PUT", "/api/v1/tokens", "{}", 405, "GET")]
    [InlineData("GET", "/api/v1/nothing", null, 404, "openapi")]
    [InlineData("POST", "/api/v1/apply", """{"folder":"","files":[]}""", 409, "Git or a folder")]
    [InlineData("POST", "/api/v1/plan", """{"folder":"","files":[{"path":"../x.yaml","text":""}]}""", 400, "../x.yaml")]
    [InlineData("POST", "/hooks/git", "{}", 404, "webhook")]
    public async Task Mistake_OfACaller_IsAProblemThatNamesIt(string verb, string path, string? body, int status, string names)
    {
        using var response = await SendAsync(verb, path, ControlPlaneHost.Token, body);

        ((int)response.StatusCode).ShouldBe(status);
        response.Content.Headers.ContentType!.MediaType.ShouldBe(Problems.ContentType);
        var problem = JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!;
        problem["status"]!.GetValue<int>().ShouldBe(status);
        problem["detail"]!.GetValue<string>().ShouldContain(names);
    }

    [Fact]
    public async Task Post_ABodyAboveTheLimit_Is413()
    {
        using var response = await SendAsync("POST", "/api/v1/tokens", ControlPlaneHost.Token, new string(' ', ApiLimits.BodyBytesMax + 1));
        response.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task Resources_PageByPage_AreAllThatIsServed()
    {
        var seen = new List<string>();
        for (string? after = ""; after is not null;)
        {
            var page = await GetAsync($"/api/v1/resources?limit=1&after={Uri.EscapeDataString(after)}", ControlPlaneHost.Token);
            seen.AddRange(page["resources"]!.AsArray().Select(resource => $"{resource!["kind"]}/{resource["metadata"]!["name"]}"));
            after = page["next"]?.GetValue<string>();
        }

        seen.ShouldBe(["Model/fast", "Provider/p", "Region/us-east", "RolloutPolicy/default", "Tenant/t"]);
    }

    [Fact]
    public async Task Plan_AChange_SaysWhatItChangesAndItsWay()
    {
        var body = new JsonObject { ["folder"] = "", ["files"] = new JsonArray(new JsonObject { ["path"] = "all.yaml", ["text"] = ConfigStreamTests.With("fast", "slow") }) };

        using var response = await SendAsync("POST", "/api/v1/plan", ControlPlaneHost.Token, body.ToJsonString());

        var plan = JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!;
        plan["valid"]!.GetValue<bool>().ShouldBeTrue();
        // What the host adds to make rollouts quick is not among the files sent.
        plan["resources"]!["changes"]!.AsArray().Select(change => $"{change!["kind"]} {change["resource"]}").ShouldBe(
            ["added Model/slow", "removed Region/us-east", "removed RolloutPolicy/default"]);
        _plane.Status.Serving!.Resources["Model"].ShouldBe(1);
    }

    private async Task<string> TokenAsync(string role, string? name = null)
    {
        using var response = await SendAsync("POST", "/api/v1/tokens", ControlPlaneHost.Token, $$"""{"name":"{{name ?? role}}","role":"{{role}}"}""");
        response.StatusCode.ShouldBe(HttpStatusCode.Created);
        var token = JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!["token"]!.GetValue<string>();
        await Eventually.HoldsAsync(() => StatusAsync("GET", "/api/v1/edges", token).GetAwaiter().GetResult() == HttpStatusCode.OK);
        return token;
    }

    private async Task<JsonNode> GetAsync(string path, string token)
    {
        using var response = await SendAsync("GET", path, token);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!;
    }

    private async Task<HttpStatusCode> StatusAsync(string verb, string path, string? token)
    {
        using var response = await SendAsync(verb, path.Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal), token, verb is "POST" ? "{}" : null);
        return response.StatusCode;
    }

    private Task<HttpResponseMessage> SendAsync(string verb, string path, string? token, string? body = null, string? key = null)
    {
        var request = new HttpRequestMessage(new HttpMethod(verb), path);
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        if (key is not null)
        {
            request.Headers.Add(Idempotency.Header, key);
        }

        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        return _client.SendAsync(request, Cancel);
    }
}
