using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.ProviderSimulator.Azure;

public class AzureTests
{
    private const string Dated = "/azure/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21";
    private const string Request = """{"messages":[{"role":"user","content":"hello [[tokens=2]]"}]}""";

    [Fact]
    public async Task Dated_Stream_LeadsWithPromptFilterResultsAndNoChoices()
    {
        await using var host = await SimulatorHost.StartAsync();
        var events = await host.EventsAsync(Dated, Request.Replace("{\"messages", "{\"stream\":true,\"messages", StringComparison.Ordinal));
        var first = JsonNode.Parse(events[0])!;
        first["choices"]!.AsArray().ShouldBeEmpty();
        first["prompt_filter_results"]![0]!["content_filter_results"]!["hate"]!["filtered"]!.GetValue<bool>().ShouldBeFalse();
        JsonNode.Parse(events[2])!["choices"]![0]!["content_filter_results"]!["violence"]!["severity"]!.GetValue<string>().ShouldBe("safe");
    }

    [Theory]
    [InlineData("/azure/openai/v1/chat/completions")]
    [InlineData("/azure/openai/v1/chat/completions?api-version=preview")]
    public async Task V1_ModelInTheBody_Answers(string path)
    {
        await using var host = await SimulatorHost.StartAsync();
        var (status, body) = await host.PostAsync(path, Request.Replace("{\"messages", "{\"model\":\"gpt-4o\",\"messages", StringComparison.Ordinal));
        status.ShouldBe(200);
        body["choices"]![0]!["content_filter_results"].ShouldNotBeNull();
        body["prompt_filter_results"].ShouldNotBeNull();
    }

    [Theory]
    [InlineData("/azure/openai/deployments/none/chat/completions?api-version=2024-10-21", 404, "DeploymentNotFound")]
    [InlineData("/azure/openai/deployments/gpt-4o/chat/completions", 404, "404")]
    [InlineData("/azure/openai/deployments/gpt-4o/chat/completions?api-version=soon", 404, "404")]
    public async Task Dated_WrongPath_SpeaksAzuresErrors(string path, int status, string code)
    {
        await using var host = await SimulatorHost.StartAsync();
        var answer = await host.PostAsync(path, Request);
        answer.Status.ShouldBe(status);
        answer.Body["error"]!["code"]!.GetValue<string>().ShouldBe(code);
    }

    [Fact]
    public async Task Prompt_Filtered_IsAContentFilterRefusal()
    {
        await using var host = await SimulatorHost.StartAsync();
        var (status, body) = await host.PostAsync(Dated, """{"messages":[{"role":"user","content":"[[filter]]"}]}""");
        status.ShouldBe(400);
        body["error"]!["code"]!.GetValue<string>().ShouldBe("content_filter");
        body["error"]!["innererror"]!["content_filter_result"]!["violence"]!["filtered"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Theory]
    [InlineData("api-key", "sim-a", 200)]
    [InlineData("api-key", "bad", 401)]
    [InlineData("authorization", "Bearer sim-a", 200)]
    [InlineData("x-api-key", "sim-a", 401)]
    public async Task Key_InAHeader_CountsWhereAzureLooks(string header, string value, int status)
    {
        await using var host = await SimulatorHost.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, Dated) { Content = new StringContent(Request, MediaTypeHeaderValue.Parse("application/json")) };
        request.Headers.TryAddWithoutValidation(header, value);
        using var client = new HttpClient { BaseAddress = host.Address };
        using var response = await client.SendAsync(request);
        ((int)response.StatusCode).ShouldBe(status);
    }
}
