using System.Net;
using System.Text.Json;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Admission;
using GlobalGateway.Unit.EdgeNode.Translation;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.RemoteFiles;

public class RemoteFilesTests
{
    private const string GeminiAnswer = """{"candidates":[{"content":{"parts":[{"text":"hi"}]},"finishReason":"STOP"}],"responseId":"abcdefgh1234"}""";

    [Fact]
    public async Task Picture_TowardsATargetThatTakesBytesOnly_IsFetchedWhereTheModelAllowsIt()
    {
        await using var files = await FileServer.StartAsync();

        var (response, sent) = await AskAsync(files, ProviderFormat.Gemini, new() { Hosts = ["localhost"], Timeout = TimeSpan.FromSeconds(30) }, GeminiAnswer);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        sent!.Value.GetProperty("contents")[0].GetProperty("parts")[0].GetRawText().ShouldBe("""{"inlineData":{"mimeType":"image/png","data":"aGk="}}""");
        files.Requests.ShouldBe(1);
    }

    [Fact]
    public async Task Picture_TowardsATargetThatTakesUrls_IsNotFetched()
    {
        await using var files = await FileServer.StartAsync();

        var (_, sent) = await AskAsync(files, ProviderFormat.Anthropic, new() { Hosts = ["localhost"] },
            """{"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[{"type":"text","text":"hi"}],"stop_reason":"end_turn","usage":{"input_tokens":5,"output_tokens":2}}""");

        sent!.Value.GetProperty("messages")[0].GetProperty("content")[0].GetProperty("source").GetProperty("type").GetString().ShouldBe("url");
        files.Requests.ShouldBe(0);
    }

    [Fact]
    public async Task Picture_OfAHostThatTheModelDoesNotName_IsA400ThatSaysSo()
    {
        await using var files = await FileServer.StartAsync();

        var (response, sent) = await AskAsync(files, ProviderFormat.Gemini, new() { Hosts = ["files.example.com"] }, GeminiAnswer);

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var error = Calls.Json(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).GetProperty("error");
        error.GetProperty("param").GetString().ShouldBe("messages");
        error.GetProperty("message").GetString()!.ShouldContain("is at localhost, a host that this model's configuration does not name");
        sent.ShouldBeNull();
        files.Requests.ShouldBe(0);
    }

    [Fact]
    public async Task Picture_WhenTheEdgeBuffersAllItMay_IsA503()
    {
        await using var files = await FileServer.StartAsync();
        var full = new AdmissionGate();
        full.TryReserve(AdmissionLimits.BodiesBytesMax - 4_096).ShouldBeTrue();

        var (response, _) = await AskAsync(files, ProviderFormat.Gemini, new() { Hosts = ["localhost"] }, GeminiAnswer, full);

        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        files.Requests.ShouldBe(0);
        full.BodyBytes.ShouldBe(AdmissionLimits.BodiesBytesMax - 4_096);
    }

    [Fact]
    public async Task Picture_WhereTheModelAllowsNone_IsA400()
    {
        await using var files = await FileServer.StartAsync();

        var (response, _) = await AskAsync(files, ProviderFormat.Gemini, null, GeminiAnswer);

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        files.Requests.ShouldBe(0);
    }

    private static async Task<(HttpResponseMessage Response, JsonElement? Sent)> AskAsync(
        FileServer files, ProviderFormat format, GlobalGateway.Contracts.Resources.RemoteFiles? policy, string answer, AdmissionGate? gate = null)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer = (context, _) => ScriptedUpstream.JsonAsync(context, 200, answer);
        var resources = TestResources.For(format, upstream);
        resources = resources with { Models = [resources.Models[0] with { RemoteFiles = policy }] };
        await using var edge = await EdgeHost.StartAsync(resources, services: s => s.AddSingleton(_ => FileServer.Fetcher()).AddSingleton(_ => gate ?? new AdmissionGate()));
        var response = await edge.PostAsync(
            "/v1/chat/completions", $$$"""{"model":"fast","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"{{{files.Url}}}/a.png"}}]}]}""");
        await response.Content.LoadIntoBufferAsync(TestContext.Current.CancellationToken);
        return (response, upstream.Requests.TryPeek(out var request) ? Calls.Json(request.Body) : null);
    }
}
