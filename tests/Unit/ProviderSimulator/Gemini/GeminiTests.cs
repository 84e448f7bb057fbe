using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.ProviderSimulator.Gemini;

public class GeminiTests
{
    [Theory]
    [InlineData("/gemini/v1beta/models", "sim-g", 200)]
    [InlineData("/gemini/v1beta/models/gemini-2.5-flash", "sim-g", 200)]
    [InlineData("/gemini/v1beta/models/none", "sim-g", 404)]
    [InlineData("/gemini/v1beta/models", "bad", 400)]
    [InlineData("/gemini/v1beta/elsewhere", "sim-g", 404)]
    public async Task Path_WithKey_GetsItsStatusInGooglesShape(string path, string key, int status)
    {
        await using var host = await SimulatorHost.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        host.Client.DefaultRequestHeaders.Remove("x-goog-api-key");
        request.Headers.Add("x-goog-api-key", key);
        using var response = await host.Client.SendAsync(request);
        ((int)response.StatusCode).ShouldBe(status);
        var body = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        (status == 200 || body["error"]!["code"]!.GetValue<int>() == status).ShouldBeTrue();
    }
}
