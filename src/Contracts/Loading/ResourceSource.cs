using GlobalGateway.Contracts.Loading.Yaml;

namespace GlobalGateway.Contracts.Loading;

/// <summary>Where one resource was written, value by value.</summary>
public sealed class ResourceSource
{
    private readonly YamlMap _document;

    internal ResourceSource(string file, YamlMap document, ResourceSource? replaces)
    {
        File = file;
        _document = document;
        Replaces = replaces;
    }

    public string File { get; }

    public int Line => _document.At.Line;

    public int Column => _document.At.Column;

    /// <summary>The resource of the overlay's base that this one stands in for.</summary>
    public ResourceSource? Replaces { get; }

    internal ResourceSource Replacing(ResourceSource earlier) => new(File, _document, earlier);

    /// <summary>Every scalar of the document in its order, such as <c>spec.targets[0].provider</c>, <c>openai</c>, 12.</summary>
    public IEnumerable<ValueSource> Values() => Values(_document, "");

    public override string ToString() => $"{File}:{Line}";

    private static IEnumerable<ValueSource> Values(YamlNode node, string path) => node switch
    {
        YamlMap map => map.Entries.SelectMany(entry => Values(entry.Value, path.Length == 0 ? entry.Key.Text : $"{path}.{entry.Key.Text}")),
        YamlList list => list.Items.SelectMany((item, index) => Values(item, $"{path}[{index}]")),
        YamlScalar scalar => [new ValueSource(path, scalar.Text, scalar.At.Line, scalar.At.Column)],
        _ => [],
    };
}

/// <summary>One value as it was written.</summary>
public sealed record ValueSource(string Path, string Text, int Line, int Column);
