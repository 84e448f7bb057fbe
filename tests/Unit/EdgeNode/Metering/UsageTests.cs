using System.Text;
using System.Text.Json;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.Contracts.Values;
using GlobalGateway.EdgeNode.Metering;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Metering;

public class UsageTests
{
    [Fact]
    public void Read_OpenAI_TakesPartsOutOfTheirWholes() =>
        Read("""{"prompt_tokens":100,"completion_tokens":50,"total_tokens":150,"prompt_tokens_details":{"cached_tokens":60,"audio_tokens":9},"completion_tokens_details":{"reasoning_tokens":20,"audio_tokens":0}}""")
            .ShouldBe(new Usage { Input = 40, CacheRead = 60, Output = 30, Reasoning = 20 });

    [Fact]
    public void Read_OpenAIResponses_TakesPartsOutOfTheirWholes() =>
        Read("""{"input_tokens":100,"input_tokens_details":{"cached_tokens":60},"output_tokens":50,"output_tokens_details":{"reasoning_tokens":20}}""")
            .ShouldBe(new Usage { Input = 40, CacheRead = 60, Output = 30, Reasoning = 20 });

    [Fact]
    public void Read_Anthropic_TakesCountsAsTheyAre() =>
        Read("""{"input_tokens":10,"cache_creation_input_tokens":30,"cache_read_input_tokens":60,"cache_creation":{"ephemeral_5m_input_tokens":20,"ephemeral_1h_input_tokens":10},"output_tokens":5}""")
            .ShouldBe(new Usage { Input = 10, CacheRead = 60, CacheWrite = 20, CacheWriteLong = 10, Output = 5 });

    [Fact]
    public void Read_AnthropicsDelta_KeepsHowLongTheCacheLives() =>
        Read("""{"input_tokens":10,"cache_creation_input_tokens":30,"cache_read_input_tokens":60,"output_tokens":7}""", new Usage { Input = 10, CacheRead = 60, CacheWrite = 20, CacheWriteLong = 10, Output = 1 })
            .ShouldBe(new Usage { Input = 10, CacheRead = 60, CacheWrite = 20, CacheWriteLong = 10, Output = 7 });

    [Fact]
    public void Read_Gemini_TakesTheCacheOutAndLeavesThoughtsBeside() =>
        Read("""{"promptTokenCount":100,"cachedContentTokenCount":60,"toolUsePromptTokenCount":5,"candidatesTokenCount":30,"thoughtsTokenCount":20,"totalTokenCount":155}""")
            .ShouldBe(new Usage { Input = 45, CacheRead = 60, Output = 30, Reasoning = 20 });

    [Fact]
    public void Read_GeminisNextChunk_ReplacesRatherThanAdds() =>
        Read("""{"promptTokenCount":100,"cachedContentTokenCount":60,"candidatesTokenCount":40,"thoughtsTokenCount":20}""", new Usage { Input = 40, CacheRead = 60, Output = 30, Reasoning = 20 })
            .ShouldBe(new Usage { Input = 40, CacheRead = 60, Output = 40, Reasoning = 20 });

    [Theory]
    [InlineData("""{"prompt_tokens":5,"prompt_tokens_details":{"cached_tokens":9},"completion_tokens":3,"completion_tokens_details":{"reasoning_tokens":8}}""")]
    [InlineData("""{"prompt_tokens":-5,"completion_tokens":"x","cache_creation":[1]}""")]
    [InlineData("""{"input_tokens":1,"cache_creation":{"ephemeral_1h_input_tokens":99},"cache_creation_input_tokens":4}""")]
    public void Read_OfNonsense_IsNeverNegative(string json)
    {
        var usage = Read(json);

        new[] { usage.Input, usage.CacheRead, usage.CacheWrite, usage.CacheWriteLong, usage.Output, usage.Reasoning }.ShouldAllBe(n => n >= 0);
    }

    [Fact]
    public void Cost_OfEveryCount_IsAtItsOwnPrice()
    {
        var prices = new Prices
        {
            Input = new NanoDollars(1_000_000), CachedInput = new NanoDollars(2_000_000), CacheWrite = new NanoDollars(3_000_000), CacheWriteLong = new NanoDollars(5_000_000),
            Output = new NanoDollars(7_000_000), Reasoning = new NanoDollars(11_000_000), Request = new NanoDollars(1_000),
        };

        new Usage { Input = 1, CacheRead = 10, CacheWrite = 100, CacheWriteLong = 1_000, Output = 10_000, Reasoning = 100_000 }.CostNanoDollars(prices)
            .ShouldBe(1 + 20 + 300 + 5_000 + 70_000 + 1_100_000 + 1_000);
    }

    [Fact]
    public void Cost_WithoutPricesOfTheirOwn_CountsAsInputAndOutput()
    {
        var prices = new Prices { Input = new NanoDollars(1_000_000), Output = new NanoDollars(7_000_000) };

        new Usage { Input = 1, CacheRead = 1, CacheWrite = 1, CacheWriteLong = 1, Output = 1, Reasoning = 1 }.CostNanoDollars(prices).ShouldBe(4 + 14);
    }

    [Fact]
    public void Cost_OfTheSmallestPart_IsRoundedUp() =>
        new Usage { Input = 1 }.CostNanoDollars(new Prices { Input = new NanoDollars(1) }).ShouldBe(1);

    private static Usage Read(string json, Usage known = default)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
        reader.Read();
        return UsageReader.Read(ref reader, known);
    }
}
