using System.Text;

namespace GlobalGateway.EdgeNode.Metering;

/// <summary>
/// Estimates how many tokens a text has, fragment by fragment: the sum does not depend on where the text was cut. Words, numbers
/// and punctuation are told apart as the vendors' tokenisers do before they look anything up, and each run costs by its length.
/// </summary>
public struct TokenCounter
{
    /// <summary>Most English words up to this length are one token.</summary>
    private const int LettersPerToken = 8;

    /// <summary>What a letter outside ASCII counts for: such words are cut finer.</summary>
    private const int ForeignLetterWeight = 3;

    private const int CapitalsPerToken = 5;
    private const int DigitsPerToken = 3;
    private const int PunctuationPerToken = 2;

    private long _settled;
    private int _length;
    private Kind _kind;

    private enum Kind : byte
    {
        None,
        Lower,
        Upper,
        Digit,
        Space,
        Line,
        Punctuation,
        Wide,
    }

    public readonly long Tokens => _settled + Cost(followedByLetter: false);

    /// <summary>Adds the inside of a JSON string as it stands in the text, escapes included.</summary>
    public void AddJson(ReadOnlySpan<byte> escaped)
    {
        var i = 0;
        while (i < escaped.Length)
        {
            var b = escaped[i];
            if (b == (byte)'\\' && i + 1 < escaped.Length)
            {
                i += AddEscape(escaped[i..]);
            }
            else if (b < 0x80)
            {
                AddAscii(b);
                i++;
            }
            else
            {
                _ = Rune.DecodeFromUtf8(escaped[i..], out var rune, out var bytes);
                AddRune(rune);
                i += Math.Max(1, bytes);
            }
        }
    }

    public void Add(ReadOnlySpan<char> text)
    {
        var i = 0;
        while (i < text.Length)
        {
            if (text[i] < 0x80)
            {
                AddAscii((byte)text[i++]);
            }
            else
            {
                _ = Rune.DecodeFromUtf16(text[i..], out var rune, out var chars);
                AddRune(rune);
                i += Math.Max(1, chars);
            }
        }
    }

    /// <summary>Adds whole tokens that are no text, such as a picture or the frame of a message.</summary>
    public void AddFixed(long tokens) => _settled += tokens;

    /// <summary>What comes next is another text.</summary>
    public void Break()
    {
        _settled += Cost(followedByLetter: false);
        (_kind, _length) = (Kind.None, 0);
    }

    private int AddEscape(ReadOnlySpan<byte> escape)
    {
        if (escape[1] == (byte)'u' && escape.Length >= 6 && System.Buffers.Text.Utf8Parser.TryParse(escape[2..6], out ushort unit, out var used, 'x') && used == 4)
        {
            if (unit < 0x80)
            {
                AddAscii((byte)unit);
            }
            else
            {
                // A pair of surrogates is two units, and two tokens too.
                AddRune(char.IsSurrogate((char)unit) ? new Rune(0x4E00) : new Rune((char)unit));
            }

            return 6;
        }

        AddAscii(escape[1] switch { (byte)'n' or (byte)'r' => (byte)'\n', (byte)'t' => (byte)'\t', var other => other });
        return 2;
    }

    private void AddAscii(byte b) => Step(
        b switch
        {
            >= (byte)'a' and <= (byte)'z' => Kind.Lower,
            >= (byte)'A' and <= (byte)'Z' => Kind.Upper,
            >= (byte)'0' and <= (byte)'9' => Kind.Digit,
            (byte)'\n' or (byte)'\r' => Kind.Line,
            <= (byte)' ' => Kind.Space,
            _ => Kind.Punctuation,
        },
        1);

    private void AddRune(Rune rune)
    {
        if (rune.Value > 0xFFFF)
        {
            Step(Kind.Wide, 2);
        }
        else if (rune.Value >= 0x800)
        {
            Step(Kind.Wide, 1);
        }
        else
        {
            Step(Rune.IsLetter(rune) ? Kind.Lower : Kind.Punctuation, ForeignLetterWeight);
        }
    }

    private void Step(Kind kind, int weight)
    {
        // "Word" and "WORD" are one run each, "someWord" is two.
        if (kind == _kind || kind == Kind.Lower && _kind == Kind.Upper && _length == 1)
        {
            _length += weight;
            _kind = kind;
            return;
        }

        _settled += Cost(kind is Kind.Lower or Kind.Upper);
        (_kind, _length) = (kind, weight);
    }

    private readonly long Cost(bool followedByLetter) => _kind switch
    {
        Kind.Lower => Up(_length, LettersPerToken),
        Kind.Upper => Up(_length, CapitalsPerToken),
        Kind.Digit => Up(_length, DigitsPerToken),
        // One space belongs to the word after it; more are one token.
        Kind.Space => _length > 1 ? 1 : 0,
        Kind.Line => 1,
        // The last mark before a word mostly belongs to it.
        Kind.Punctuation => Up(_length - (followedByLetter ? 1 : 0), PunctuationPerToken),
        Kind.Wide => _length,
        _ => 0,
    };

    private static int Up(int length, int per) => (length + per - 1) / per;
}
