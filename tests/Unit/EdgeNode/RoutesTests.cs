using System.Net;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.Testing;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode;

public class RoutesTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Service_IsForwardedWithItsTransformsAndWithoutTheClientsKey()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await EdgeHost.StartAsync(With(upstream.Url));
        edge.Client.DefaultRequestHeaders.Add("Cookie", "a=b");

        var response = await edge.PostAsync("/v1/sentiment?lang=en&key=x", """{"text":"good"}""");

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Headers.GetValues("x-gateway-provider").ShouldBe(["sentiment/0"]);
        response.Headers.GetValues("x-served-by").ShouldBe(["nlp"]);
        response.Headers.Contains("x-request-id").ShouldBeTrue();
        var received = upstream.Requests.Single();
        received.Path.ShouldBe("/v1/sentiment?lang=en");
        received.Body.ShouldBe("""{"text":"good"}""");
        received.Headers["x-team"].ShouldBe("nlp");
        received.Headers.Keys.ShouldNotContain("Authorization");
        received.Headers.Keys.ShouldNotContain("Cookie");
    }

    [Fact]
    public async Task Service_FirstEndpointDown_SecondAnswers()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await EdgeHost.StartAsync(With($"http://127.0.0.1:{FreePorts.Next()}", upstream.Url));

        var response = await edge.PostAsync("/v1/sentiment", """{"text":"good"}""");

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Headers.GetValues("x-gateway-provider").ShouldBe(["sentiment/1"]);
        response.Headers.GetValues("x-gateway-attempts").ShouldBe(["2"]);
        response.Headers.Contains("x-request-id").ShouldBeTrue();
        upstream.Requests.Single().Body.ShouldBe("""{"text":"good"}""");
    }

    [Fact]
    public async Task Service_WithoutAKeyOrTheRightMethod_IsRefused()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await EdgeHost.StartAsync(With(upstream.Url));

        (await edge.Client.GetAsync("/v1/sentiment", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        edge.Client.DefaultRequestHeaders.Authorization = null;
        var refused = await edge.PostAsync("/v1/sentiment", "{}");

        refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        refused.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        upstream.Requests.ShouldBeEmpty();
    }

    private static ResourceSet With(params string[] urls) => new()
    {
        Routes =
        [
            new Route
            {
                Name = "sentiment",
                Match = new RouteMatch { Path = "/v1/sentiment", Methods = ["POST"] },
                Service = new RouteService
                {
                    Strategy = Strategy.Priority,
                    Endpoints = [.. urls.Select((u, i) => new ServiceEndpoint { Url = u, Priority = i })],
                },
                Transforms =
                [
                    new RouteTransform { SetRequestHeader = new NameValue { Name = "x-team", Value = "nlp" } },
                    new RouteTransform { SetResponseHeader = new NameValue { Name = "x-served-by", Value = "nlp" } },
                ],
            },
        ],
        Tenants = [TestResources.Tenant("acme", EdgeHost.Key)],
    };
}
