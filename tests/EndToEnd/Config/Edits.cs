using System.Net.Http.Json;
using System.Text.Json;

namespace GlobalGateway.EndToEnd.Config;

/// <summary>A change to the configuration, and the part of a client's answer that shows it.</summary>
/// <param name="Expected">What <paramref name="Probe"/> reads once the edit is served.</param>
public sealed record Edit(string Name, string Resources, string Expected, Func<HttpClient, CancellationToken, Task<string>> Probe);

/// <summary>Four kinds of edits, each seen in another part of an answer.</summary>
public static class Edits
{
    public static Edit Numbered(int number) => (number % 4) switch
    {
        0 => RouteHeader(number),
        1 => ListedModel(number),
        2 => TenantLimit(number),
        _ => ModelTarget(number % 8 == 3 ? "openai" : "azure-openai", number),
    };

    /// <summary>Sends the model <c>fast</c> to one provider only, so that a reload changes what its requests use.</summary>
    public static Edit ModelTarget(string provider, int number) => new(
        "target of a model",
        $$"""
        apiVersion: globalgateway.dev/v1
        kind: Model
        metadata: { name: fast, labels: { edit: "{{number}}" } }
        spec:
          aliases: [gpt-4o-mini]
          strategy: roundRobin
          affinity: none
          targets:
            - { provider: {{provider}}, model: gpt-4o-mini, weight: {{100 + number}} }
        """,
        provider,
        async (client, cancel) =>
        {
            using var response = await client.PostAsJsonAsync("/v1/chat/completions", new { model = "fast", messages = new[] { new { role = "user", content = "hi" } } }, cancel);
            response.EnsureSuccessStatusCode();
            return response.Headers.GetValues("x-gateway-provider").Single().Split('/')[0];
        });

    private static Edit RouteHeader(int number) => new(
        "header of a route",
        $$"""
        apiVersion: globalgateway.dev/v1
        kind: Route
        metadata: { name: edited }
        spec:
          match: { path: /edited/v1/sentiment, methods: [POST] }
          service: { endpoints: [{ url: "http://simulator/sentiment" }] }
          transforms:
            - pathRemovePrefix: /edited
            - setResponseHeader: { name: x-edit, value: "{{number}}" }
        """,
        $"{number}",
        async (client, cancel) =>
        {
            using var response = await client.PostAsJsonAsync("/edited/v1/sentiment", new { text = "good" }, cancel);
            return response.Headers.TryGetValues("x-edit", out var values) ? values.Single() : "none";
        });

    private static Edit ListedModel(int number) => new(
        "name of a model",
        $$"""
        apiVersion: globalgateway.dev/v1
        kind: Model
        metadata: { name: edited-{{number}} }
        spec: { targets: [{ provider: openai, model: gpt-4o-mini }] }
        """,
        $"edited-{number}",
        async (client, cancel) =>
        {
            using var list = JsonDocument.Parse(await client.GetStringAsync("/v1/models", cancel));
            return string.Join(',', list.RootElement.GetProperty("data").EnumerateArray()
                .Select(model => model.GetProperty("id").GetString()!).Where(id => id.StartsWith("edited-", StringComparison.Ordinal)));
        });

    private static Edit TenantLimit(int number) => new(
        "limit of a tenant",
        $$"""
        apiVersion: globalgateway.dev/v1
        kind: RateLimit
        metadata: { name: edited }
        spec: { appliesTo: { tenant: demo }, requests: { limit: {{50_000 + number}}, per: 1s } }
        """,
        $"{50_000 + number}",
        async (client, cancel) =>
        {
            using var response = await client.PostAsJsonAsync("/v1/chat/completions", new { model = "smart", messages = new[] { new { role = "user", content = "hi" } } }, cancel);
            response.EnsureSuccessStatusCode();
            return response.Headers.GetValues("x-ratelimit-limit-requests").Single();
        });
}
