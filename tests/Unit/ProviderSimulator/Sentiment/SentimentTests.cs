using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.ProviderSimulator.Sentiment;

public class SentimentTests
{
    [Theory]
    [InlineData("""{"text":"I love this, great"}""", 200, "positive")]
    [InlineData("""{"text":"terrible and slow"}""", 200, "negative")]
    [InlineData("""{"text":"a table"}""", 200, "neutral")]
    public async Task Text_GetsItsLabel(string request, int status, string label)
    {
        await using var host = await SimulatorHost.StartAsync();
        var answer = await host.PostAsync("/sentiment/v1/sentiment", request);
        answer.Status.ShouldBe(status);
        answer.Body["sentiment"]!.GetValue<string>().ShouldBe(label);
    }

    [Fact]
    public async Task UnknownField_IsAProblem()
    {
        await using var host = await SimulatorHost.StartAsync();
        var (status, body) = await host.PostAsync("/sentiment/v1/sentiment", """{"text":"x","mood":1}""");
        status.ShouldBe(400);
        body["detail"]!.GetValue<string>().ShouldBe("mood: unknown field");
    }
}
