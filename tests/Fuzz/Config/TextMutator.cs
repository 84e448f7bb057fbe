using System.Text;

namespace GlobalGateway.Fuzz.Config;

/// <summary>Breaks text the way typing, merging and bad disks do; the same seed makes the same text.</summary>
public sealed class TextMutator(int seed)
{
    private const int TextMax = 200_000;

    private static readonly string[] Tokens =
    [
        ": ", "- ", "---\n", "...\n", "{", "}", "[", "]", ",", "&a ", "*a", "!!str ", "!<x> ", "<<: ", "|\n", ">-\n", "'", "\"", "#", "%YAML 1.1\n", "? ", "\t", "\n", "\r\n", "~", "null",
        "\0", "\u0085", "\u2028", "\uFEFF", "\uD800", "😀", "-1", "0", "1e309", "99999999999999999999999", "0x10", "1:20", ".inf", "10%", "101%", "5 USD", "-5 USD", "5s", "5", "200M",
        "yes", "true", "2026-02-30T00:00:00Z", "http://169.254.169.254", "https://a:b@c", "../..", "*", "apiVersion: globalgateway.dev/v1\n", "kind: Model\n", "metadata: { name: fast }\n", "spec:\n",
        "  ", "        ", "name: ", "\u202E", "\\x", "\\u12", "@", "`", "{{", "}}",
    ];

    private readonly Random _random = new(seed);

    public string Mutate(string text, IReadOnlyList<string> others)
    {
        var result = text;
        for (var count = _random.Next(1, 6); count > 0; count--)
        {
            result = Once(result, others);
            if (result.Length > TextMax)
            {
                result = result[..TextMax];
            }
        }

        return result;
    }

    private string Once(string text, IReadOnlyList<string> others)
    {
        var at = _random.Next(text.Length + 1);
        var length = Math.Min(_random.Next(1, 40), text.Length - at);
        return _random.Next(12) switch
        {
            0 => text.Remove(at, length),
            1 => text.Insert(at, Tokens[_random.Next(Tokens.Length)]),
            2 => string.Concat(text.AsSpan(0, at), Tokens[_random.Next(Tokens.Length)], text.AsSpan(at + length)),
            3 => text.Insert(at, text.Substring(at, length)),
            4 => text[..at],
            5 => Letter(text, at),
            6 => Lines(text, lines => Swap(lines)),
            7 => Lines(text, lines => lines.RemoveAt(_random.Next(lines.Count))),
            8 => Lines(text, lines => lines.Insert(_random.Next(lines.Count), lines[_random.Next(lines.Count)])),
            9 => Lines(text, lines => Indent(lines)),
            10 => Word(text, at),
            _ => Splice(text, others[_random.Next(others.Count)]),
        };
    }

    private string Letter(string text, int at)
    {
        if (at == text.Length)
        {
            return text;
        }

        return new StringBuilder(text) { [at] = (char)(_random.Next(4) == 0 ? _random.Next(0x10000) : _random.Next(0x20, 0x7f)) }.ToString();
    }

    /// <summary>Another word of the same text in place of one: plausible, and mostly wrong.</summary>
    private string Word(string text, int at)
    {
        var words = text.Split([' ', '\n', ',', ':', '{', '}', '[', ']'], StringSplitOptions.RemoveEmptyEntries);
        var end = text.IndexOfAny([' ', '\n', ','], at);
        return words.Length == 0 || end < 0 ? text : string.Concat(text.AsSpan(0, at), words[_random.Next(words.Length)], text.AsSpan(end));
    }

    private string Splice(string text, string other)
    {
        var from = _random.Next(other.Length + 1);
        return text.Insert(_random.Next(text.Length + 1), other.Substring(from, Math.Min(_random.Next(1, 400), other.Length - from)));
    }

    private void Swap(List<string> lines)
    {
        var (first, second) = (_random.Next(lines.Count), _random.Next(lines.Count));
        (lines[first], lines[second]) = (lines[second], lines[first]);
    }

    private void Indent(List<string> lines)
    {
        var at = _random.Next(lines.Count);
        lines[at] = _random.Next(2) == 0 ? new string(' ', _random.Next(1, 5)) + lines[at] : lines[at].TrimStart();
    }

    private static string Lines(string text, Action<List<string>> change)
    {
        var lines = text.Split('\n').ToList();
        change(lines);
        return string.Join('\n', lines);
    }
}
