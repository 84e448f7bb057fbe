using System.Buffers.Binary;
using System.Net;
using System.Text.Json;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.Unit.EdgeNode.Translation;
using GlobalGateway.Unit.ProviderSimulator;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Embeddings;

/// <summary>Embeddings of either API through an edge to every stand-in provider that has them, and counts of tokens to all four.</summary>
public class EmbeddingMatrixTests
{
    private const int Dimensions = 8;

    public static TheoryData<string, string> Cells => [.. from u in (string[])["openai", "azure-openai", "gemini"] from f in (string[])["plain", "batch", "base64", "error", "gemini plain", "gemini batch"] select (u, f)];

    [Theory]
    [MemberData(nameof(Cells))]
    public async Task Embeddings_ThroughTheEdge_AreVectorsOfTheClientsShape(string upstream, string feature)
    {
        await using var simulator = await SimulatorHost.StartAsync();
        await using var edge = await EdgeHost.StartAsync(Resources(simulator, upstream, embeddings: true));
        var (path, body) = feature switch
        {
            "gemini plain" => ("/v1beta/models/fast:embedContent", $$"""{"model":"models/fast","content":{"parts":[{"text":"one"}]},"outputDimensionality":{{Dimensions}}}"""),
            "gemini batch" => ("/v1beta/models/fast:batchEmbedContents", $$$"""{"requests":[{"model":"models/fast","content":{"parts":[{"text":"one"}]},"outputDimensionality":{{{Dimensions}}}},{"model":"models/fast","content":{"parts":[{"text":"two"}]},"outputDimensionality":{{{Dimensions}}}}]}"""),
            "batch" => ("/v1/embeddings", $$"""{"model":"fast","input":["one","two"],"dimensions":{{Dimensions}}}"""),
            "base64" => ("/v1/embeddings", $$"""{"model":"fast","input":"one","dimensions":{{Dimensions}},"encoding_format":"base64"}"""),
            "error" => ("/v1/embeddings", """{"model":"fast","input":"one","dimensions":999999}"""),
            _ => ("/v1/embeddings", $$"""{"model":"fast","input":"one","dimensions":{{Dimensions}}}"""),
        };

        var response = await edge.PostAsync(path, body);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        if (feature == "error")
        {
            response.StatusCode.ShouldBe(HttpStatusCode.BadRequest, text);
            Calls.Json(text).GetProperty("error").GetProperty("message").GetString().ShouldNotBeNullOrEmpty();
            return;
        }

        response.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        var vectors = Vectors(Calls.Json(text));
        vectors.Length.ShouldBe(feature.EndsWith("batch", StringComparison.Ordinal) ? 2 : 1);
        vectors.ShouldAllBe(v => v.Length == Dimensions && Math.Abs(v.Sum(x => x * x) - 1) < 0.01);
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("azure-openai")]
    [InlineData("anthropic")]
    [InlineData("gemini")]
    public async Task Counts_ThroughTheEdge_AreNumbersOfTheClientsShape(string upstream)
    {
        await using var simulator = await SimulatorHost.StartAsync();
        await using var edge = await EdgeHost.StartAsync(Resources(simulator, upstream, embeddings: false));

        var anthropic = await edge.PostAsync(
            "/v1/messages/count_tokens",
            """{"model":"fast","system":"be brief","messages":[{"role":"user","content":"hello there"}],"tools":[{"name":"f","input_schema":{"type":"object","properties":{"a":{"type":"string"}}}}]}""");
        var gemini = await edge.PostAsync("/v1beta/models/fast:countTokens", """{"contents":[{"role":"user","parts":[{"text":"hello there"}]}]}""");

        foreach (var (response, member) in ((HttpResponseMessage, string)[])[(anthropic, "input_tokens"), (gemini, "totalTokens")])
        {
            var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            response.StatusCode.ShouldBe(HttpStatusCode.OK, text);
            Calls.Json(text).GetProperty(member).GetInt64().ShouldBeGreaterThan(0);
            response.Headers.Contains("x-gateway-estimated").ShouldBe(upstream is "openai" or "azure-openai");
        }
    }

    private static float[][] Vectors(JsonElement answer) =>
        answer.TryGetProperty("data", out var data) ? [.. data.EnumerateArray().Select(d => Read(d.GetProperty("embedding")))]
        : answer.TryGetProperty("embedding", out var one) ? [Read(one.GetProperty("values"))]
        : [.. answer.GetProperty("embeddings").EnumerateArray().Select(e => Read(e.GetProperty("values")))];

    private static float[] Read(JsonElement vector) => vector.ValueKind == JsonValueKind.Array
        ? [.. vector.EnumerateArray().Select(n => n.GetSingle())]
        : [.. vector.GetBytesFromBase64().Chunk(4).Select(b => BinaryPrimitives.ReadSingleLittleEndian(b))];

    private static ResourceSet Resources(SimulatorHost simulator, string upstream, bool embeddings)
    {
        Environment.SetEnvironmentVariable("GG_SECRET_SIM", SimulatorHost.Key);
        var (format, url, model) = upstream switch
        {
            "openai" => (ProviderFormat.OpenAI, "openai/v1", embeddings ? "text-embedding-3-small" : "gpt-4o-mini"),
            "azure-openai" => (ProviderFormat.AzureOpenAI, "azure", embeddings ? "text-embedding-3-small" : "gpt-4o-mini"),
            "anthropic" => (ProviderFormat.Anthropic, "anthropic", "claude-haiku-4-5"),
            _ => (ProviderFormat.Gemini, "gemini", embeddings ? "gemini-embedding-001" : "gemini-2.5-flash"),
        };
        return new ResourceSet
        {
            Providers = [TestResources.Provider("p1", new Uri(simulator.Address, url).ToString(), format) with { Credentials = [new Credential { Name = "main", FromEnv = "GG_SECRET_SIM" }] }],
            Models = [new Model { Name = "fast", Targets = [TestResources.Target("p1", 0) with { Model = model }] }],
            Tenants = [TestResources.Tenant("acme", EdgeHost.Key)],
        };
    }
}
