using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace GlobalGateway.Contracts.Loading.Yaml;

/// <summary>Reads the documents of one file as trees with positions; refuses what could expand or hide a value (anchors, tags, repeated keys).</summary>
internal sealed class YamlDocuments
{
    private readonly Parser _parser;
    private readonly string _file;
    private readonly LoadErrors _errors;

    private YamlDocuments(string file, string text, LoadErrors errors)
    {
        _parser = new Parser(new Scanner(new StringReader(text), skipComments: true));
        _file = file;
        _errors = errors;
    }

    /// <summary>The documents up to the first place that is no YAML.</summary>
    /// <returns>Whether the whole file could be read.</returns>
    public static bool Read(string file, string text, LoadErrors errors, List<YamlNode> documents)
    {
        try
        {
            new YamlDocuments(file, text, errors).Read(documents);
            return true;
        }
        catch (TooDeepException problem)
        {
            errors.Add(new ResourceError(file, problem.At.Line, problem.At.Column, "", "", $"nested deeper than {LoadLimits.DepthMax} levels"));
        }
        catch (YamlException problem)
        {
            errors.Add(new ResourceError(file, Line(problem.Start), Column(problem.Start), "", "", $"is not YAML: {Plain(problem.Message)}"));
        }
        catch (Exception problem) when (problem is ArgumentException or InvalidOperationException or FormatException or OverflowException or IndexOutOfRangeException)
        {
            // The scanner answers a few malformed texts with these instead of its own exception.
            errors.AddFile(file, "is not YAML");
        }

        return false;
    }

    private void Read(List<YamlNode> documents)
    {
        Expect<StreamStart>();
        while (_parser.Current is DocumentStart start)
        {
            if (documents.Count == LoadLimits.DocumentsPerFileMax)
            {
                Add(start, $"more than {LoadLimits.DocumentsPerFileMax} documents in one file");
                return;
            }

            _parser.MoveNext();
            var node = Node(0);
            Expect<DocumentEnd>();
            if (node is not YamlScalar { IsNull: true })
            {
                documents.Add(node);
            }
        }
    }

    private YamlNode Node(int depth)
    {
        var current = _parser.Current ?? throw new YamlException("the file ends too early");
        var at = At(current);
        if (depth > LoadLimits.DepthMax)
        {
            throw new TooDeepException(at);
        }

        if (current is NodeEvent node)
        {
            Refuse(node);
        }

        _parser.MoveNext();
        return current switch
        {
            Scalar scalar => new YamlScalar(at, scalar.Value, scalar.Style == ScalarStyle.Plain),
            SequenceStart => List(at, depth),
            MappingStart => Map(at, depth),
            AnchorAlias => Alias(at),
            _ => throw new YamlException(current.Start, current.End, "a value is missing here"),
        };
    }

    private YamlScalar Alias(Position at)
    {
        _errors.Add(new ResourceError(_file, at.Line, at.Column, "", "", "aliases (*name) are not taken; write the value here"));
        return new YamlScalar(at, "", Plain: true);
    }

    private void Refuse(NodeEvent node)
    {
        if (!node.Anchor.IsEmpty)
        {
            Add(node, "anchors (&name) are not taken; write the value where it is used");
        }

        if (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific)
        {
            Add(node, "tags (!type) are not taken; a field's type is known");
        }
    }

    private YamlList List(Position at, int depth)
    {
        var items = new List<YamlNode>();
        while (_parser.Current is not SequenceEnd)
        {
            items.Add(Node(depth + 1));
        }

        _parser.MoveNext();
        return new YamlList(at, items);
    }

    private YamlMap Map(Position at, int depth)
    {
        var entries = new List<YamlEntry>();
        var places = new Dictionary<string, Position>(StringComparer.Ordinal);
        while (_parser.Current is not MappingEnd)
        {
            var key = Node(depth + 1);
            var value = Node(depth + 1);
            if (key is not YamlScalar name)
            {
                _errors.Add(new ResourceError(_file, key.At.Line, key.At.Column, "", "", "a field's name must be plain text"));
            }
            else if (!places.TryAdd(name.Text, name.At))
            {
                _errors.Add(new ResourceError(
                    _file, name.At.Line, name.At.Column, "", "", $"\"{name.Text}\" is already set in line {places[name.Text].Line}"));
            }
            else
            {
                entries.Add(new YamlEntry(name, value));
            }
        }

        _parser.MoveNext();
        return new YamlMap(at, entries);
    }

    private void Expect<T>()
        where T : ParsingEvent
    {
        if (_parser.Current is null)
        {
            _parser.MoveNext();
        }

        if (_parser.Current is not T)
        {
            throw new YamlException(_parser.Current?.Start ?? Mark.Empty, _parser.Current?.End ?? Mark.Empty, "unexpected content");
        }

        _parser.MoveNext();
    }

    private void Add(ParsingEvent where, string message) =>
        _errors.Add(new ResourceError(_file, Line(where.Start), Column(where.Start), "", "", message));

    private static Position At(ParsingEvent where) => new(Line(where.Start), Column(where.Start));

    private static int Line(in Mark mark) => (int)Math.Max(1, mark.Line);

    private static int Column(in Mark mark) => (int)Math.Max(1, mark.Column);

    /// <summary>The parser's own words without the position, which the error already has.</summary>
    private static string Plain(string message)
    {
        var end = message.IndexOf("): ", StringComparison.Ordinal);
        var plain = (end >= 0 && message.StartsWith('(') ? message[(end + 3)..] : message).TrimEnd('.');
        return plain.Length > 0 ? char.ToLowerInvariant(plain[0]) + plain[1..] : "unreadable";
    }

    private sealed class TooDeepException(Position at) : Exception
    {
        public Position At { get; } = at;
    }
}
