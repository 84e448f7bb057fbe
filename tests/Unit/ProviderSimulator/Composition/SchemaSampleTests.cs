using System.Text.Json;
using GlobalGateway.ProviderSimulator.Composition;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.ProviderSimulator.Composition;

public class SchemaSampleTests
{
    private static JsonElement Sample(string schema, ulong seed = 1) => JsonDocument.Parse(SchemaSample.Write(JsonDocument.Parse(schema).RootElement, seed)).RootElement;

    [Fact]
    public void Write_ReferencesAndChoices_AreFollowed()
    {
        var sample = Sample("""{"type":"object","$defs":{"city":{"enum":["Paris"]}},"properties":{"a":{"$ref":"#/$defs/city"},"b":{"anyOf":[{"const":7}]},"c":{"type":["boolean","null"]},"d":{"type":"array","minItems":3,"items":{"type":"string","format":"date"}}}}""");
        sample.GetProperty("a").GetString().ShouldBe("Paris");
        sample.GetProperty("b").GetInt32().ShouldBe(7);
        sample.GetProperty("c").ValueKind.ShouldBeOneOf(JsonValueKind.True, JsonValueKind.False);
        sample.GetProperty("d").GetArrayLength().ShouldBe(3);
    }

    [Theory]
    [InlineData("""{"type":"object","properties":{"a":{"$ref":"#"},"b":{"$ref":"#"},"c":{"$ref":"#"}}}""")]
    [InlineData("""{"type":"array","minItems":16,"items":{"$ref":"#"}}""")]
    [InlineData("""{"$ref":"#"}""")]
    public void Write_SchemaThatRefersToItself_StaysSmall(string schema) =>
        SchemaSample.Write(JsonDocument.Parse(schema).RootElement, 1).Length.ShouldBeLessThan(100_000);

    [Fact]
    public void Write_SameSeed_IsTheSame()
    {
        const string Schema = """{"type":"object","properties":{"a":{"type":"string"},"n":{"type":"number"}}}""";
        Sample(Schema, 3).GetRawText().ShouldBe(Sample(Schema, 3).GetRawText());
    }
}
