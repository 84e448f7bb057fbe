using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.ProviderSimulator.OpenAi;

public class EmbeddingsTests
{
    private const string Path = "/openai/v1/embeddings";

    private static async Task<float[][]> VectorsAsync(SimulatorHost host, string input, string extra = "", string model = "text-embedding-3-small")
    {
        var (status, body) = await host.PostAsync(Path, $$"""{"model":"{{model}}","input":{{input}}{{extra}}}""");
        status.ShouldBe(200, body.ToJsonString());
        return [.. body["data"]!.AsArray().Select(static each => each!["embedding"] is JsonArray list
            ? [.. list.Select(static value => value!.GetValue<float>())]
            : MemoryMarshal.Cast<byte, float>(Convert.FromBase64String(each["embedding"]!.GetValue<string>())).ToArray())];
    }

    [Fact]
    public async Task Base64_AndFloat_HaveTheSameValues()
    {
        await using var host = await SimulatorHost.StartAsync();
        var floats = await VectorsAsync(host, "\"hello\"");
        floats[0].Length.ShouldBe(1536);
        (await VectorsAsync(host, "\"hello\"", ""","encoding_format":"base64" """))[0].ShouldBe(floats[0]);
    }

    [Fact]
    public async Task Dimensions_Fewer_AreTheLeadingOnesAtLengthOne()
    {
        await using var host = await SimulatorHost.StartAsync();
        var full = (await VectorsAsync(host, "\"hello\"", model: "text-embedding-3-large"))[0];
        var cut = (await VectorsAsync(host, "\"hello\"", ""","dimensions":64""", "text-embedding-3-large"))[0];
        full.Length.ShouldBe(3072);
        cut.Length.ShouldBe(64);
        Math.Sqrt(cut.Sum(static value => (double)value * value)).ShouldBe(1, 1e-5);
        (cut[0] / cut[1]).ShouldBe(full[0] / full[1], 1e-3);
    }

    [Fact]
    public async Task Input_StringArray_GivesTheVectorsOfItsStrings()
    {
        await using var host = await SimulatorHost.StartAsync();
        var both = await VectorsAsync(host, """["hello","world"]""");
        both.Length.ShouldBe(2);
        both[0].ShouldBe((await VectorsAsync(host, "\"hello\""))[0]);
        both[1].ShouldNotBe(both[0]);
    }

    [Fact]
    public async Task Input_Tokens_OneArrayIsOneVectorAndArraysAreMany()
    {
        await using var host = await SimulatorHost.StartAsync();
        var one = await VectorsAsync(host, "[1,2,3]");
        one.ShouldHaveSingleItem();
        var many = await VectorsAsync(host, "[[1,2,3],[4]]");
        many.Length.ShouldBe(2);
        many[0].ShouldBe(one[0]);
    }

    [Theory]
    [InlineData("""{"model":"text-embedding-3-small"}""", 400)]
    [InlineData("""{"model":"text-embedding-3-small","input":""}""", 400)]
    [InlineData("""{"model":"text-embedding-3-small","input":[]}""", 400)]
    [InlineData("""{"model":"text-embedding-3-small","input":"x","dimensions":5000}""", 400)]
    [InlineData("""{"model":"text-embedding-3-small","input":"x","encoding_format":"hex"}""", 400)]
    [InlineData("""{"model":"text-embedding-3-small","input":"x","stream":true}""", 400)]
    [InlineData("""{"model":"gpt-4o","input":"x"}""", 403)]
    [InlineData("""{"model":"none","input":"x"}""", 404)]
    public async Task Create_BadRequest_IsRefused(string request, int status)
    {
        await using var host = await SimulatorHost.StartAsync();
        (await host.PostAsync(Path, request)).Status.ShouldBe(status);
    }
}
