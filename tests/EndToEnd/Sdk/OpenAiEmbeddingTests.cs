using System.ClientModel;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using OpenAI;
using OpenAI.Embeddings;
using Shouldly;
using Xunit;

namespace GlobalGateway.EndToEnd.Sdk;

/// <summary>Embeddings with the .NET package OpenAI, which asks for base64.</summary>
[Collection(SdkCollection.Name)]
public class OpenAiEmbeddingTests(SdkTargets targets)
{
    private const int Dimensions = 1536;

    private async Task<(SdkTarget Target, EmbeddingClient Embeddings)> ClientAsync(string name)
    {
        var target = await targets.GetAsync(name);
        return (target, new EmbeddingClient(target.EmbeddingModel, new ApiKeyCredential(target.Key), new OpenAIClientOptions { Endpoint = target.OpenAi }));
    }

    [Theory]
    [MemberData(nameof(SdkTargets.Names), MemberType = typeof(SdkTargets))]
    public async Task Embedding_Base64_HasTheValuesOfFloat(string target)
    {
        var (at, embeddings) = await ClientAsync(target);
        OpenAIEmbedding packed = await embeddings.GenerateEmbeddingAsync("hello");
        packed.ToFloats().Length.ShouldBe(Dimensions);
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", at.Key);
        using var response = await http.PostAsync(at.OpenAi + "/embeddings", new StringContent($$"""{"model":"{{at.EmbeddingModel}}","input":"hello","encoding_format":"float"}""", Encoding.UTF8, "application/json"));
        var plain = JsonNode.Parse(await response.Content.ReadAsStringAsync())!["data"]![0]!["embedding"]!.AsArray().Select(static value => value!.GetValue<float>());
        packed.ToFloats().ToArray().ShouldBe(plain);
    }

    [Theory]
    [MemberData(nameof(SdkTargets.Names), MemberType = typeof(SdkTargets))]
    public async Task Embedding_Array_HasTheValuesOfItsStrings(string target)
    {
        var (_, embeddings) = await ClientAsync(target);
        OpenAIEmbedding one = await embeddings.GenerateEmbeddingAsync("hello");
        OpenAIEmbeddingCollection both = await embeddings.GenerateEmbeddingsAsync(["hello", "world"]);
        both.Select(static each => each.Index).ShouldBe([0, 1]);
        both[0].ToFloats().ToArray().ShouldBe(one.ToFloats().ToArray());
        both[1].ToFloats().ToArray().ShouldNotBe(one.ToFloats().ToArray());
    }

    [Theory]
    [MemberData(nameof(SdkTargets.Names), MemberType = typeof(SdkTargets))]
    public async Task Embedding_Tokens_GiveOneVectorEach(string target)
    {
        var (_, embeddings) = await ClientAsync(target);
        List<ReadOnlyMemory<int>> tokens = [new[] { 1, 2, 3 }, new[] { 4 }];
        OpenAIEmbeddingCollection both = await embeddings.GenerateEmbeddingsAsync(tokens);
        OpenAIEmbeddingCollection one = await embeddings.GenerateEmbeddingsAsync([tokens[0]]);
        both.Count.ShouldBe(2);
        both[0].ToFloats().ToArray().ShouldBe(one[0].ToFloats().ToArray());
    }

    [Theory]
    [MemberData(nameof(SdkTargets.Names), MemberType = typeof(SdkTargets))]
    public async Task Embedding_Dimensions_AreWhatWasAsked(string target)
    {
        var (_, embeddings) = await ClientAsync(target);
        OpenAIEmbedding cut = await embeddings.GenerateEmbeddingAsync("hello", new EmbeddingGenerationOptions { Dimensions = 64 });
        cut.ToFloats().Length.ShouldBe(64);
    }
}
