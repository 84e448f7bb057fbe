using System.Text;
using GlobalGateway.EdgeNode.Metering;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Metering;

public class TokenCounterTests
{
    private const string Mixed = "The getRequestWriter(\"a, b\") costs $1,234.50;\n\n  grüße an Привет мир — お誕生日 😀!! JSON: {\"key\": [1, true]}";

    [Theory]
    [InlineData("", 0)]
    [InlineData("the quick brown fox", 4)]
    [InlineData("someWord HTTPServer", 4)]
    [InlineData("12345", 2)]
    [InlineData("a\n\n\nb", 3)]
    [InlineData("don't", 2)]
    [InlineData("お誕生日おめでとう", 9)]
    [InlineData("Привет", 3)]
    public void Tokens_OfText_Are(string text, long tokens) => Tokens(text).ShouldBe(tokens);

    [Fact]
    public void Tokens_HoweverTheTextIsCut_AreTheSame()
    {
        var whole = Tokens(Mixed);
        var runes = Mixed.EnumerateRunes().ToArray();
        for (var size = 1; size < 12; size++)
        {
            var counter = new TokenCounter();
            foreach (var fragment in runes.Chunk(size))
            {
                counter.Add(string.Concat(fragment));
            }

            counter.Tokens.ShouldBe(whole);
        }
    }

    [Fact]
    public void Tokens_OfEscapedJson_AreThoseOfTheText()
    {
        foreach (var json in (string[])[System.Text.Json.JsonSerializer.Serialize(Mixed), System.Text.Json.JsonSerializer.Serialize(Mixed, Relaxed)])
        {
            var counter = new TokenCounter();
            counter.AddJson(Encoding.UTF8.GetBytes(json[1..^1]));
            counter.Tokens.ShouldBe(Tokens(Mixed));
        }
    }

    [Theory]
    [InlineData("\\")]
    [InlineData("\\u12")]
    [InlineData("\\ud83d")]
    [InlineData("a\\")]
    public void Tokens_OfBrokenEscapes_AreCountedAllTheSame(string text)
    {
        var counter = new TokenCounter();
        counter.AddJson(Encoding.UTF8.GetBytes(text));
        counter.Tokens.ShouldBeInRange(1, 4);
    }

    private static readonly System.Text.Json.JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static long Tokens(string text)
    {
        var counter = new TokenCounter();
        counter.Add(text);
        return counter.Tokens;
    }
}
