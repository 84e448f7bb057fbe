using System.Text;
using GlobalGateway.Contracts.Loading;
using Shouldly;

namespace GlobalGateway.Unit.Contracts.Loading;

/// <summary>Texts of resources for tests.</summary>
internal static class Resources
{
    /// <summary>The documented examples of every kind.</summary>
    public static string Documented { get; } = Read();

    /// <summary>One provider with one model.</summary>
    public const string Small = """
        apiVersion: globalgateway.dev/v1
        kind: Provider
        metadata: { name: openai }
        spec:
          format: openai
          endpoints:
            - { url: https://api.openai.com/v1 }
        ---
        apiVersion: globalgateway.dev/v1
        kind: Model
        metadata: { name: fast }
        spec:
          strategy: latency
          targets:
            - provider: openai
              model: gpt-4o-mini
        """;

    public static LoadResult Load(string text) => ResourceLoader.Load([new SourceFile("gitops/test.yaml", text)]);

    public static LoadResult LoadValid(string text)
    {
        var result = Load(text);
        result.Errors.ShouldBeEmpty();
        return result;
    }

    /// <summary>The only error of a text.</summary>
    public static string ErrorOf(string text) => Load(text).Errors.ShouldHaveSingleItem().ToString();

    /// <summary>A document of one kind.</summary>
    public static string Document(string kind, string name, string spec)
    {
        var text = new StringBuilder($"apiVersion: globalgateway.dev/v1\nkind: {kind}\nmetadata: {{ name: {name} }}\nspec:\n");
        foreach (var line in spec.Split('\n'))
        {
            text.Append("  ").Append(line).Append('\n');
        }

        return text.ToString();
    }

    public static string Documents(params string[] documents) => string.Join("---\n", documents);

    private static string Read()
    {
        using var stream = typeof(Resources).Assembly.GetManifestResourceStream("documented.yaml")!;
        return new StreamReader(stream).ReadToEnd();
    }
}
