using System.Globalization;
using GlobalGateway.Contracts.Loading.Yaml;

namespace GlobalGateway.Contracts.Loading;

/// <summary>The document being read: where its errors go and what it refers to.</summary>
internal sealed class LoadContext(string file, string resource, YamlMap document, LoadErrors errors)
{
    private readonly List<ResourceReference> _references = [];

    public string Resource { get; } = resource;

    public string File { get; } = file;

    public IReadOnlyList<ResourceReference> References => _references;

    public void Add(Position at, string path, string message) =>
        errors.Add(new ResourceError(File, at.Line, at.Column, Resource, path, message));

    /// <summary>For checks over several values, which know a path only; the nearest part that was written is the place.</summary>
    public void Add(string path, string message) => Add(Find(path), path, message);

    public void Refer(ResourceReference reference) => _references.Add(reference);

    private Position Find(string path)
    {
        YamlNode node = document;
        foreach (var step in path.Split(['.', '[', ']'], StringSplitOptions.RemoveEmptyEntries))
        {
            var next = node switch
            {
                YamlMap map => map.Entries.FirstOrDefault(entry => entry.Key.Text == step).Value,
                YamlList list when int.TryParse(step, CultureInfo.InvariantCulture, out var index) => list.Items.ElementAtOrDefault(index),
                _ => null,
            };
            if (next is null)
            {
                break;
            }

            node = next;
        }

        return node.At;
    }
}

/// <summary>A name in one resource that must be another's.</summary>
/// <param name="Pattern">Whether a <c>*</c> may stand for any letters.</param>
internal readonly record struct ResourceReference(string Kind, string Name, Position At, string Path, bool Pattern);
