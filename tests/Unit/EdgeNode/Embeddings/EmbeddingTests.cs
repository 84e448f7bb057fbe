using System.Net;
using System.Text.Json;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.Unit.EdgeNode.Translation;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Embeddings;

public class EmbeddingTests
{
    private const string OpenAI = "/v1/embeddings";
    private const string One = "/v1beta/models/fast:embedContent";
    private const string Batch = "/v1beta/models/fast:batchEmbedContents";

    // 1, -2 and 0.5 as little-endian 32-bit floats.
    private const string Base64 = "AACAPwAAAMAAAAA/";
    private const string Numbers = "[1,-2,0.5]";

    private const string GeminiAnswer = """{"embeddings":[{"values":[1,-2,0.5]},{"values":[0,0,1]}]}""";

    [Theory]
    [InlineData("base64", Numbers, Base64)]
    [InlineData("base64", "\"AACAPwAAAMAAAAA/\"", Base64)]
    [InlineData("float", Numbers, Numbers)]
    [InlineData("float", "\"AACAPwAAAMAAAAA/\"", Numbers)]
    public async Task EncodingFormat_WhateverTheTargetReturned_IsTheClients(string wanted, string returned, string got)
    {
        var calls = await Calls.MakeAsync(ProviderFormat.OpenAI, OpenAI, $$"""{"model":"fast","input":"hi","encoding_format":"{{wanted}}"}""", Answer(returned));

        var embedding = calls.Answer.GetProperty("data")[0].GetProperty("embedding");
        (wanted == "base64" ? embedding.GetString() : embedding.GetRawText()).ShouldBe(got);
        calls.Answer.GetProperty("usage").GetProperty("prompt_tokens").GetInt64().ShouldBe(3);
    }

    [Theory]
    [InlineData("", Numbers)]
    [InlineData(",\"encoding_format\":\"float\"", Numbers)]
    [InlineData(",\"encoding_format\":\"base64\"", "\"" + Base64 + "\"")]
    public async Task OpenAIToGemini_IsABatchAndComesBackInOpenAIsShape(string format, string embedding)
    {
        var calls = await Calls.MakeAsync(ProviderFormat.Gemini, OpenAI, $$"""{"model":"fast","input":["one","two"],"dimensions":3,"user":"u"{{format}}}""", GeminiAnswer);

        calls.Sent.GetRawText().ShouldBe(
            """{"requests":[{"model":"models/up-model","content":{"parts":[{"text":"one"}]},"outputDimensionality":3},{"model":"models/up-model","content":{"parts":[{"text":"two"}]},"outputDimensionality":3}]}""");
        calls.Answer.GetProperty("object").GetString().ShouldBe("list");
        calls.Answer.GetProperty("data").EnumerateArray().Select(d => d.GetProperty("index").GetInt32()).ShouldBe([0, 1]);
        calls.Answer.GetProperty("data")[0].GetProperty("embedding").GetRawText().ShouldBe(embedding);
        calls.Answer.GetProperty("usage").GetProperty("prompt_tokens").GetInt64().ShouldBe(2);
        calls.Dropped.ShouldBe("user");
    }

    [Fact]
    public async Task GeminiOne_ToOpenAI_IsOneVector()
    {
        var calls = await Calls.MakeAsync(
            ProviderFormat.OpenAI, One, """{"model":"models/fast","content":{"parts":[{"text":"a"},{"text":"b"}]},"taskType":"RETRIEVAL_QUERY","outputDimensionality":3}""", Answer(Numbers));

        calls.Sent.GetRawText().ShouldBe("""{"model":"up-model","input":["a\nb"],"dimensions":3,"encoding_format":"float"}""");
        calls.Text.ShouldBe("""{"embedding":{"values":[1,-2,0.5]}}""");
        calls.Dropped.ShouldBe("taskType");
    }

    [Fact]
    public async Task GeminiBatch_ToOpenAI_KeepsTheOrder()
    {
        var calls = await Calls.MakeAsync(
            ProviderFormat.OpenAI, Batch, """{"requests":[{"model":"models/fast","content":{"parts":[{"text":"a"}]}},{"model":"models/fast","content":{"parts":[{"text":"b"}]}}]}""",
            """{"object":"list","data":[{"index":1,"embedding":[2]},{"index":0,"embedding":[1]}],"model":"m","usage":{"prompt_tokens":2,"total_tokens":2}}""");

        calls.Text.ShouldBe("""{"embeddings":[{"values":[1]},{"values":[2]}]}""");
    }

    [Theory]
    [InlineData(One, """{"model":"models/fast","content":{"parts":[{"text":"a"}]},"task_type":"CLUSTERING","output_dimensionality":3}""", """{"embedding":{"values":[1]}}""")]
    [InlineData(Batch, """{"requests":[{"model":"models/fast","content":{"parts":[{"text":"a"}]},"taskType":"CLUSTERING","outputDimensionality":3}]}""", """{"embeddings":[{"values":[1]}]}""")]
    public async Task GeminiToGemini_NamesTheUpstreamModel(string path, string request, string answer)
    {
        var calls = await Calls.MakeAsync(ProviderFormat.Gemini, path, request, """{"embeddings":[{"values":[1]}]}""");

        calls.Sent.GetRawText().ShouldBe("""{"requests":[{"model":"models/up-model","content":{"parts":[{"text":"a"}]},"taskType":"CLUSTERING","outputDimensionality":3}]}""");
        calls.Text.ShouldBe(answer);
    }

    [Theory]
    [InlineData("""{"model":"fast","input":[1,2,3]}""", "input")]
    [InlineData("""{"model":"fast"}""", "input")]
    [InlineData("""{"model":"fast","input":"a","encoding_format":"hex"}""", "encoding_format")]
    public async Task WhatGeminiCannotTake_IsA400NamingTheField(string request, string field)
    {
        var calls = await Calls.MakeAsync(ProviderFormat.Gemini, OpenAI, request, GeminiAnswer);

        calls.Response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        calls.Answer.GetProperty("error").GetProperty("param").GetString().ShouldBe(field);
    }

    [Fact]
    public async Task Answer_WithAnotherNumberOfVectors_IsNoAnswer() =>
        (await Calls.MakeAsync(ProviderFormat.Gemini, OpenAI, """{"model":"fast","input":"a"}""", GeminiAnswer)).Response.StatusCode.ShouldBe(HttpStatusCode.BadGateway);

    private static string Answer(string embedding) =>
        $$$"""{"object":"list","data":[{"object":"embedding","index":0,"embedding":{{{embedding}}}}],"model":"m","usage":{"prompt_tokens":3,"total_tokens":3}}""";
}
