using System.Text;
using FsCheck;
using FsCheck.Fluent;
using GlobalGateway.Contracts.Canonical;
using GlobalGateway.Contracts.Loading;
using GlobalGateway.Contracts.Resources;
using Shouldly;
using Xunit;
using static GlobalGateway.Unit.Contracts.Loading.Resources;

namespace GlobalGateway.Unit.Contracts.Canonical;

public class CanonicalJsonTests
{
    private static readonly ResourceSet Set = LoadValid(Documented).Resources!;

    [Fact]
    public void Write_SmallModel_IsSortedWithDefaults() =>
        Encoding.UTF8.GetString(CanonicalJson.Write(LoadValid(Small).Resources!.Models[0])).ShouldBe(
            """{"apiVersion":"globalgateway.dev/v1","kind":"Model","metadata":{"labels":{},"name":"fast"},"spec":{"affinity":"conversation","affinitySlowerMax":2,"aliases":[],"contentFallbacks":[],"contextFallbacks":[],"continuation":false,"fallbacks":[],"keepAliveAfter":"25s","minOutputTokens":256,"retryEmptyAnswer":false,"strategy":"latency","targets":[{"capabilities":{"api":[],"context":0,"images":true,"maxOutput":0,"prefill":false,"reasoning":"none","schema":"native","streamOptions":true,"tools":true},"model":"gpt-4o-mini","prices":{"input":"0 USD","output":"0 USD","request":"0 USD"},"priority":0,"provider":"openai","weight":100}]}}""");

    [Fact]
    public void Read_WhatWasWritten_IsTheSameResource()
    {
        foreach (var resource in Set.All())
        {
            var read = CanonicalJson.Read(CanonicalJson.Write(resource));

            Differences(read, resource, resource.Id).ShouldBeEmpty();
            CanonicalJson.Write(read).ShouldBe(CanonicalJson.Write(resource));
        }
    }

    [Fact]
    public void Load_CanonicalJsonAsYaml_IsTheSameConfiguration()
    {
        var yaml = string.Join("\n---\n", Set.All().Select(resource => Encoding.UTF8.GetString(CanonicalJson.Write(resource))));

        ContentHash.Of(LoadValid(yaml).Resources!).ShouldBe(ContentHash.Of(Set));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"apiVersion":"globalgateway.dev/v1","kind":"Region","metadata":{"name":"a","labels":{}},"spec":{"newField":1}}""")]
    [InlineData("""{"apiVersion":"globalgateway.dev/v9","kind":"Region","metadata":{"name":"a","labels":{}},"spec":{}}""")]
    [InlineData("""{"apiVersion":"globalgateway.dev/v1","kind":"Region","metadata":{"labels":{}},"spec":{}}""")]
    [InlineData("""{"apiVersion":1,"kind":"Region","metadata":{"name":"a"},"spec":{}}""")]
    public void Read_SomethingElse_IsAJsonException(string text) =>
        Should.Throw<System.Text.Json.JsonException>(() => CanonicalJson.Read(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void ContentHash_FileOrderKeyOrderAndComments_ChangeNothing()
    {
        var expected = ContentHash.Of(Set);
        var documents = Documented.Split("\n---\n");
        var seeds = Gen.Choose(0, int.MaxValue).ToArbitrary();

        Prop.ForAll(seeds, seed =>
        {
            var random = new Random(seed);
            var files = documents
                .OrderBy(_ => random.Next())
                .Select((text, index) => new SourceFile($"{random.Next(1000)}-{index}.yaml", Shuffled(text, random)))
                .ToList();
            var result = ResourceLoader.Load(files);
            result.Errors.ShouldBeEmpty();
            return ContentHash.Of(result.Resources!) == expected;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(100));
    }

    [Fact]
    public void ContentHash_AnyChangedValue_ChangesIt()
    {
        var expected = ContentHash.Of(Set);

        foreach (var (old, changed) in new[] { ("firstToken: 10s", "firstToken: 10001ms"), ("weight: 50", "weight: 51"), ("500 USD", "500.000000001 USD"), ("tools: true", "tools: false") })
        {
            ContentHash.Of(LoadValid(Documented.Replace(old, changed, StringComparison.Ordinal)).Resources!).ShouldNotBe(expected, changed);
        }

        ContentHash.Of(LoadValid(Documented.Replace("breakFor: 15s", "breakFor: 15000ms", StringComparison.Ordinal)).Resources!).ShouldBe(expected);
    }

    /// <summary>Property by property, because records compare their lists by reference.</summary>
    private static IEnumerable<string> Differences(object? actual, object? expected, string path)
    {
        switch (expected)
        {
            case null or string or ValueType:
                return Equals(actual, expected) ? [] : [$"{path}: {actual} is not {expected}"];
            case System.Collections.IEnumerable list:
                var expectedItems = list.Cast<object>().ToList();
                var actualItems = ((System.Collections.IEnumerable)actual!).Cast<object>().ToList();
                return actualItems.Count != expectedItems.Count
                    ? [$"{path}: {actualItems.Count} items, not {expectedItems.Count}"]
                    : expectedItems.SelectMany((item, index) => Differences(actualItems[index], item, $"{path}[{index}]"));
            default:
                return actual?.GetType() != expected.GetType()
                    ? [$"{path}: another type"]
                    : expected.GetType().GetProperties().SelectMany(property =>
                        Differences(property.GetValue(actual), property.GetValue(expected), $"{path}.{property.Name}"));
        }
    }

    /// <summary>The same document with its top-level and spec fields in another order, and comments between.</summary>
    private static string Shuffled(string document, Random random) =>
        string.Join("\n# comment\n", Blocks(document, "").OrderBy(_ => random.Next()).Select(block =>
            block.StartsWith("spec:\n", StringComparison.Ordinal)
                ? "spec:\n" + string.Join("\n", Blocks(block["spec:\n".Length..], "  ").OrderBy(_ => random.Next()))
                : block)) + "\n";

    private static List<string> Blocks(string text, string indent)
    {
        var blocks = new List<string>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith('#')))
        {
            if (blocks.Count == 0 || (line.StartsWith(indent, StringComparison.Ordinal) && char.IsAsciiLetter(line[indent.Length])))
            {
                blocks.Add(line);
            }
            else
            {
                blocks[^1] += "\n" + line;
            }
        }

        return blocks;
    }
}
