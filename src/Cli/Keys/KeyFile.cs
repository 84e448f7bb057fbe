using System.Text.RegularExpressions;
using GlobalGateway.Cli.CommandLine;
using GlobalGateway.Contracts.Loading;
using GlobalGateway.Contracts.Resources;

namespace GlobalGateway.Cli.Keys;

/// <summary>
/// A file of resources in which one tenant's keys are changed as text, so that comments and order stay. What was written is read back:
/// unless it means exactly the change that was asked for, the file is left as it was.
/// </summary>
internal sealed partial class KeyFile
{
    private readonly string _path;
    private readonly string _tenant;
    private readonly List<string> _lines;

    private KeyFile(string path, string tenant, List<string> lines, Tenant current)
    {
        _path = path;
        _tenant = tenant;
        _lines = lines;
        Current = current;
    }

    public string Path => _path;

    /// <summary>The tenant as the file says it.</summary>
    public Tenant Current { get; }

    /// <exception cref="CommandException">There is no such file, or not exactly one such tenant in it.</exception>
    public static KeyFile Open(string path, string tenant)
    {
        if (!File.Exists(path))
        {
            throw new CommandException($"No file {path}.", ExitCode.WrongCall);
        }

        var text = File.ReadAllText(path);
        return new KeyFile(path, tenant, [.. text.ReplaceLineEndings("\n").Split('\n')], Read(text, tenant)
            ?? throw new CommandException($"{path} has no Tenant \"{tenant}\" that can be read. Run \"gg validate\" on its folder.", ExitCode.WrongCall));
    }

    public void Add(ClientKey key)
    {
        var (at, indent, keys) = Find();
        var entry = $"- {{ name: {key.Name}, sha256: {key.Sha256}{(key.NotAfter is { } until ? $", notAfter: {until.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}" : "")}{(key.Team is { } team ? $", team: {team}" : "")} }}";
        if (keys is null)
        {
            _lines.InsertRange(at, [$"{indent}keys:", $"{indent}  {entry}"]);
        }
        else
        {
            _lines.Insert(keys.Value.End, $"{keys.Value.Indent}{entry}");
        }

        Save(Current with { Keys = [.. Current.Keys, key] });
    }

    public void Remove(string name)
    {
        var (first, last) = EntryOf(name);
        _lines.RemoveRange(first, last - first);
        Save(Current with { Keys = [.. Current.Keys.Where(key => key.Name != name)] });
    }

    /// <summary>Gives a key an end.</summary>
    public void End(string name, DateTimeOffset at)
    {
        var (first, last) = EntryOf(name);
        var text = string.Join('\n', _lines.Skip(first).Take(last - first));
        var end = $"{at.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}";
        text = NotAfter().IsMatch(text) ? NotAfter().Replace(text, $"notAfter: {end}", 1) : Hash().Replace(text, $"$0{(text.Contains('{', StringComparison.Ordinal) ? ", " : "\n" + ItemIndent(first))}notAfter: {end}", 1);
        _lines.RemoveRange(first, last - first);
        _lines.InsertRange(first, text.Split('\n'));
        Save(Current with { Keys = [.. Current.Keys.Select(key => key.Name == name ? key with { NotAfter = at } : key)] });
    }

    private string ItemIndent(int line) => new(' ', _lines[line].TakeWhile(letter => letter is ' ').Count() + 2);

    private void Save(Tenant wanted)
    {
        var text = string.Join('\n', _lines);
        if (Read(text, _tenant) is not { } now || !Contracts.Canonical.CanonicalJson.Write(now).AsSpan().SequenceEqual(Contracts.Canonical.CanonicalJson.Write(wanted)))
        {
            throw new CommandException($"{_path} is written in a way that cannot be changed safely (its keys on one line?); nothing was changed. Write \"keys:\" with one \"- {{ name: …, sha256: … }}\" a line, and run this again.");
        }

        var temporary = _path + ".tmp";
        File.WriteAllText(temporary, text);
        File.Move(temporary, _path, overwrite: true);
    }

    private static Tenant? Read(string text, string tenant)
    {
        // Other resources that this file refers to are elsewhere: only the tenant itself is looked at.
        var loaded = ResourceLoader.Alone(new SourceFile("", text), $"{nameof(Tenant)}/{tenant}");
        return loaded as Tenant;
    }

    /// <returns>Where a new <c>keys:</c> would go with its indentation, and the present list: the line after its last entry.</returns>
    private (int At, string Indent, (int Start, int End, string Indent)? Keys) Find()
    {
        var (first, last) = Document();
        var spec = _lines.FindIndex(first, last - first, line => SpecLine().IsMatch(line));
        if (spec < 0)
        {
            throw new CommandException($"{_path}: Tenant/{_tenant} has its spec on one line; write \"spec:\" on a line of its own first. Nothing was changed.");
        }

        var indent = "  ";
        var keys = _lines.FindIndex(spec, last - spec, line => KeysLine().IsMatch(line));
        if (keys < 0)
        {
            return (spec + 1, indent, null);
        }

        indent = KeysLine().Match(_lines[keys]).Groups[1].Value;
        var end = keys + 1;
        var entryIndent = indent + "  ";
        for (var line = keys + 1; line < last; line++)
        {
            var text = _lines[line];
            if (text.Trim().Length == 0 || text.TrimStart().StartsWith('#'))
            {
                continue;
            }

            var depth = text.Length - text.TrimStart(' ').Length;
            if (depth < indent.Length || (depth == indent.Length && text[depth] != '-'))
            {
                break;
            }

            entryIndent = text[depth] == '-' && end == keys + 1 ? text[..depth] : entryIndent;
            end = line + 1;
        }

        return (spec + 1, indent, (keys + 1, end, entryIndent));
    }

    /// <summary>The lines of one key.</summary>
    private (int First, int Last) EntryOf(string name)
    {
        var keys = Find().Keys ?? throw new CommandException($"{_path}: Tenant/{_tenant} has no list of keys.");
        var starts = Enumerable.Range(keys.Start, keys.End - keys.Start).Where(line => _lines[line].StartsWith(keys.Indent + "-", StringComparison.Ordinal)).Append(keys.End).ToList();
        for (var entry = 0; entry + 1 < starts.Count; entry++)
        {
            var text = string.Join('\n', _lines.Skip(starts[entry]).Take(starts[entry + 1] - starts[entry]));
            if (Regex.IsMatch(text, $@"\bname:\s*[""']?{Regex.Escape(name)}[""']?\s*(,|\}}|$)", RegexOptions.Multiline))
            {
                return (starts[entry], starts[entry + 1]);
            }
        }

        throw new CommandException($"{_path}: Tenant/{_tenant} has no key \"{name}\" on a line of its own.");
    }

    private (int First, int Last) Document()
    {
        var first = 0;
        for (var line = 0; line <= _lines.Count; line++)
        {
            if (line == _lines.Count || _lines[line].StartsWith("---", StringComparison.Ordinal))
            {
                var text = string.Join('\n', _lines.Skip(first).Take(line - first));
                if (TenantKind().IsMatch(text) && Regex.IsMatch(text, $@"\bname:\s*[""']?{Regex.Escape(_tenant)}[""']?\s*(,|\}}|$)", RegexOptions.Multiline))
                {
                    return (first, line);
                }

                first = line + 1;
            }
        }

        throw new CommandException($"{_path} has no Tenant \"{_tenant}\".");
    }

    [GeneratedRegex(@"^kind:\s*Tenant\s*$", RegexOptions.Multiline)]
    private static partial Regex TenantKind();

    [GeneratedRegex(@"^spec:\s*(#.*)?$")]
    private static partial Regex SpecLine();

    [GeneratedRegex(@"^( +)keys:\s*(#.*)?$")]
    private static partial Regex KeysLine();

    [GeneratedRegex(@"notAfter:\s*[^,}\s]+")]
    private static partial Regex NotAfter();

    [GeneratedRegex(@"sha256:\s*[""']?[0-9a-f]{64}[""']?")]
    private static partial Regex Hash();
}
