using GlobalGateway.Contracts.Loading.Kinds;
using GlobalGateway.Contracts.Loading.Yaml;
using GlobalGateway.Contracts.Resources;

namespace GlobalGateway.Contracts.Loading;

/// <summary>Turns one document into a resource: envelope first, then the spec by its kind.</summary>
internal static class DocumentReader
{
    private const int LabelsMax = 64;

    /// <returns>Nothing where kind or name cannot be told.</returns>
    public static LoadedResource? Read(string file, YamlNode document, int layer, LoadErrors errors)
    {
        if (document is not YamlMap map)
        {
            errors.Add(new ResourceError(file, document.At.Line, document.At.Column, "", "", "is not a resource: apiVersion, kind, metadata and spec are expected"));
            return null;
        }

        var context = new LoadContext(file, IdOf(map), map, errors);
        var reader = new SpecReader(context, map, "");
        reader.Required("apiVersion", Version);
        var kind = reader.Required("kind", Kind);
        var header = reader.RequiredObject("metadata", Metadata);
        var spec = reader.Node("spec") ?? new YamlMap(map.At, []);
        reader.Finish();
        if (kind is null || !KindTable.TryGet(kind, out var read) || header is not { Name.Length: > 0 })
        {
            return null;
        }

        var resource = reader.Nested(spec, "spec", specReader => read(header, specReader));
        return resource is null ? null : new LoadedResource(resource, context, new ResourceSource(file, map, null), layer);
    }

    private static ResourceHeader Metadata(SpecReader reader) => new(
        reader.Required("name", Forms.Label()) ?? "",
        reader.Map("labels", LabelsMax, (entry, path) =>
            !LabelName(entry.Key.Text) ? Refuse(reader, entry, path)
            : reader.Scalar(entry.Value, Forms.Text(63), path, out var value) ? value
            : null));

    private static string? Refuse(SpecReader reader, YamlEntry entry, string path)
    {
        reader.Context.Add(entry.Key.At, path, "is not a label's name: letters, digits and . _ / -, at most 63");
        return null;
    }

    private static bool LabelName(string text) =>
        text.Length is > 0 and <= 63 && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '/' or '-');

    private static Parsed<string> Version(string text) =>
        text == Resource.ApiVersion ? text
        : Forms.Problem<string>($"{Forms.Quote(text)} is not {Resource.ApiVersion}");

    private static Parsed<string> Kind(string text) =>
        KindTable.TryGet(text, out _) ? text
        : Forms.Problem<string>($"{Forms.Quote(text)} is not one of {string.Join(", ", KindTable.Kinds)}{Suggestion.For(text, KindTable.Kinds)}");

    /// <summary>What messages call the resource, as far as it can be told.</summary>
    private static string IdOf(YamlMap map)
    {
        var kind = TextOf(map, "kind");
        var name = map.Entries.FirstOrDefault(entry => entry.Key.Text == "metadata").Value is YamlMap metadata ? TextOf(metadata, "name") : "";
        return kind.Length == 0 ? "" : $"{kind}/{(name.Length == 0 ? "?" : name)}";
    }

    private static string TextOf(YamlMap map, string field) =>
        map.Entries.FirstOrDefault(entry => entry.Key.Text == field).Value is YamlScalar { Text: { Length: > 0 and <= 63 } text } && !text.Any(char.IsControl)
            ? text
            : "";
}
