using GlobalGateway.Contracts.Loading.Yaml;

namespace GlobalGateway.Contracts.Loading;

/// <summary>
/// Reads the fields of one map. Each call names a field, so that what was not asked for is known to be a mistake;
/// a wrong value is reported and its default stands in, so that the rest is still checked.
/// </summary>
internal sealed class SpecReader
{
    private readonly YamlMap _map;
    private readonly List<string> _known = [];

    public SpecReader(LoadContext context, YamlMap map, string path)
    {
        Context = context;
        _map = map;
        Path = path;
    }

    public LoadContext Context { get; }

    public string Path { get; }

    public Position At => _map.At;

    /// <summary>A field with a default.</summary>
    public T Value<T>(string field, Form<T> form, T fallback) => TryRead(field, form, out var value) ? value : fallback;

    /// <summary>A field that must be there.</summary>
    public T Required<T>(string field, Form<T> form)
    {
        if (TryRead(field, form, out var value))
        {
            return value;
        }

        RequirePresence(field);
        return default!;
    }

    /// <summary>A field whose absence means something.</summary>
    public T? Optional<T>(string field, Form<T> form)
        where T : struct => TryRead(field, form, out var value) ? value : null;

    public string? OptionalText(string field, Form<string> form) => TryRead(field, form, out var value) ? value : null;

    /// <summary>The name of another resource.</summary>
    public string? Reference(string field, string kind) =>
        Find(field) is { } node ? ReferenceTo(node, kind, Member(field), pattern: false) : null;

    public string RequiredReference(string field, string kind)
    {
        RequirePresence(field);
        return Reference(field, kind) ?? "";
    }

    /// <summary>Names of other resources; with <paramref name="pattern"/>, a <c>*</c> may stand for any letters.</summary>
    public IReadOnlyList<string> References(string field, string kind, int max, bool pattern = false) =>
        [.. Distinct(field, max, (node, path) => ReferenceTo(node, kind, path, pattern))];

    /// <summary>A list of scalars without repetitions.</summary>
    public IReadOnlyList<string> Texts(string field, Form<string> form, int max, IReadOnlyList<string>? fallback = null) =>
        Find(field) is null && fallback is not null ? fallback : [.. Distinct(field, max, (node, path) => Scalar(node, form, path, out var text) ? text : null)];

    public IReadOnlyList<T> Values<T>(string field, Form<T> form, int max)
    {
        var values = new List<T>();
        foreach (var (node, path) in Items(field, max))
        {
            if (Scalar(node, form, path, out var value))
            {
                values.Add(value);
            }
        }

        return values;
    }

    /// <summary>A list of maps.</summary>
    public IReadOnlyList<T> List<T>(string field, Func<SpecReader, T> read, int max, int min = 0)
    {
        if (min > 0)
        {
            RequirePresence(field);
        }

        var items = Items(field, max);
        if (items.Count < min && Find(field) is YamlList list)
        {
            Context.Add(list.At, Member(field), min == 1 ? "is empty; at least one is needed" : $"at least {min} are needed");
        }

        return [.. items.Select(item => Nested(item.Node, item.Path, read)).OfType<T>()];
    }

    /// <summary>A map with its own fields.</summary>
    public T Object<T>(string field, Func<SpecReader, T> read, T fallback) =>
        Find(field) is { } node && Nested(node, Member(field), read) is { } value ? value : fallback;

    public T? OptionalObject<T>(string field, Func<SpecReader, T> read)
        where T : class => Find(field) is { } node ? Nested(node, Member(field), read) : null;

    public T RequiredObject<T>(string field, Func<SpecReader, T> read)
        where T : class
    {
        RequirePresence(field);
        return OptionalObject(field, read)!;
    }

    /// <summary>A map from names to values, sorted by name.</summary>
    public IReadOnlyDictionary<string, T> Map<T>(string field, int max, Func<YamlEntry, string, T?> read)
    {
        var values = new SortedDictionary<string, T>(StringComparer.Ordinal);
        switch (Find(field))
        {
            case null:
                break;
            case YamlMap map when map.Entries.Count > max:
                Context.Add(map.At, Member(field), $"{map.Entries.Count} entries, at most {max} are allowed");
                break;
            case YamlMap map:
                foreach (var entry in map.Entries)
                {
                    if (read(entry, $"{Member(field)}.{entry.Key.Text}") is { } value)
                    {
                        values[entry.Key.Text] = value;
                    }
                }

                break;
            case { } other:
                Context.Add(other.At, Member(field), "is not a map of fields");
                break;
        }

        return values;
    }

    public bool Has(string field) => Find(field) is not null;

    /// <summary>The field as it was written, for fields with more than one shape.</summary>
    public YamlNode? Node(string field) => Find(field);

    public void Add(string field, string message) => Context.Add(Find(field)?.At ?? At, Member(field), message);

    public void AddHere(string message) => Context.Add(At, Path, message);

    public T? Nested<T>(YamlNode node, string path, Func<SpecReader, T> read)
    {
        if (node is not YamlMap map)
        {
            Context.Add(node.At, path, "is not a map of fields");
            return default;
        }

        var reader = new SpecReader(Context, map, path);
        var value = read(reader);
        reader.Finish();
        return value;
    }

    /// <summary>Reports the fields that nothing asked for.</summary>
    public void Finish()
    {
        List<string>? unset = null;
        foreach (var entry in _map.Entries)
        {
            if (!_known.Contains(entry.Key.Text))
            {
                unset ??= [.. _known.Except(_map.Entries.Select(other => other.Key.Text))];
                Context.Add(entry.Key.At, Member(entry.Key.Text), $"no such field{Suggestion.For(entry.Key.Text, unset)}");
            }
        }
    }

    public bool Scalar<T>(YamlNode node, Form<T> form, string path, out T value)
    {
        value = default!;
        if (node is not YamlScalar scalar)
        {
            Context.Add(node.At, path, node is YamlList ? "is a list; one value is needed" : "is a map; one value is needed");
            return false;
        }

        if (scalar.IsNull)
        {
            Context.Add(node.At, path, "has no value; leave the field out to get its default");
            return false;
        }

        var (parsed, problem) = form(scalar.Text);
        if (problem is not null)
        {
            Context.Add(node.At, path, problem);
            return false;
        }

        value = parsed;
        return true;
    }

    private string Member(string field) => Path.Length == 0 ? field : $"{Path}.{(field.Length > 80 ? field[..80] + "…" : field)}";

    private YamlNode? Find(string field)
    {
        if (!_known.Contains(field))
        {
            _known.Add(field);
        }

        foreach (var entry in _map.Entries)
        {
            if (entry.Key.Text == field)
            {
                return entry.Value;
            }
        }

        return null;
    }

    private bool TryRead<T>(string field, Form<T> form, out T value)
    {
        value = default!;
        return Find(field) is { } node && Scalar(node, form, Member(field), out value);
    }

    private void RequirePresence(string field)
    {
        if (Find(field) is null)
        {
            Context.Add(At, Member(field), "is missing");
        }
    }

    private string? ReferenceTo(YamlNode node, string kind, string path, bool pattern)
    {
        if (!Scalar(node, pattern ? NamePatterns.Form : Forms.Text(253), path, out var name))
        {
            return null;
        }

        Context.Refer(new ResourceReference(kind, name, node.At, path, pattern));
        return name;
    }

    private List<string> Distinct(string field, int max, Func<YamlNode, string, string?> read)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var texts = new List<string>();
        foreach (var (node, path) in Items(field, max))
        {
            if (read(node, path) is not { } text)
            {
                continue;
            }

            if (seen.Add(text))
            {
                texts.Add(text);
            }
            else
            {
                Context.Add(node.At, path, $"{Forms.Quote(text)} is in the list twice");
            }
        }

        return texts;
    }

    private List<(YamlNode Node, string Path)> Items(string field, int max)
    {
        switch (Find(field))
        {
            case null:
                return [];
            case YamlList list when list.Items.Count > max:
                Context.Add(list.At, Member(field), $"{list.Items.Count} items, at most {max} are allowed");
                return [];
            case YamlList list:
                return [.. list.Items.Select((node, index) => (node, $"{Member(field)}[{index}]"))];
            case { } other:
                Context.Add(other.At, Member(field), "is not a list");
                return [];
        }
    }
}
