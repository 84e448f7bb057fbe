using System.Collections.Frozen;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Tenancy;

namespace GlobalGateway.EdgeNode.Snapshots;

/// <summary>The sets of names that allow-lists stand for. Many tenants share few lists, so their sets are shared.</summary>
public sealed class NameSets(IReadOnlyList<Resource> all)
{
    private readonly Dictionary<string, FrozenSet<string>> _sets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _names = all.Select(resource => resource.Name).Distinct(StringComparer.Ordinal).ToDictionary(name => name, StringComparer.Ordinal);

    public FrozenSet<string> Of(IReadOnlyList<string> patterns)
    {
        var key = string.Join('\n', patterns);
        if (!_sets.TryGetValue(key, out var set))
        {
            _sets.Add(key, set = Resolve(patterns));
        }

        return set;
    }

    private FrozenSet<string> Resolve(IReadOnlyList<string> patterns)
    {
        var wild = patterns.Where(pattern => pattern.AsSpan().IndexOfAny('*', '?', '\\') >= 0).ToArray();

        // Names are looked up; only what can match several is tried on each.
        var exact = patterns.Select(pattern => _names.GetValueOrDefault(pattern)).OfType<string>();
        return (wild.Length == 0 ? exact : exact.Concat(_names.Keys.Where(name => NamePatterns.Matches(wild, name)))).ToFrozenSet(StringComparer.Ordinal);
    }
}
