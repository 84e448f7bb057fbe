using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using GlobalGateway.Contracts.Values;

namespace GlobalGateway.Contracts.Loading;

/// <summary>The forms a scalar of a resource can have, each with its bounds.</summary>
internal static partial class Forms
{
    public const int TextMax = 1024;

    public static Form<string> Text(int max = TextMax) => text =>
        text.Length == 0 ? Problem<string>("is empty")
        : text.Length > max ? Problem<string>($"{text.Length} characters, at most {max} are allowed")
        : text.Any(char.IsControl) ? Problem<string>("holds a control character")
        : text;

    public static Form<string> Label() => text =>
        DnsLabel().IsMatch(text) ? text
        : Problem<string>($"{Quote(text)} is not a DNS label: a-z, 0-9 and -, at most 63, starting and ending with a letter or digit");

    public static Form<bool> Flag() => text => text switch
    {
        "true" => true,
        "false" => false,
        _ => Problem<bool>($"{Quote(text)} is not true or false"),
    };

    public static Form<int> Int(int min, int max) => text =>
        !int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? Problem<int>($"{Quote(text)} is not a whole number")
        : number < min || number > max ? Problem<int>($"{number} is not between {Number(min)} and {Number(max)}")
        : number;

    public static Form<long> Count(long min, long max = long.MaxValue) => text =>
        !Quantity.TryParseCount(text, out var count) ? Problem<long>($"{Quote(text)} is not a count such as 100, 2k or 200M")
        : count < min ? Problem<long>($"{text} is below {Number(min)}")
        : count > max ? Problem<long>($"{text} is above {Number(max)}")
        : count;

    public static Form<long> Bytes(long min, long max) => text =>
        !Quantity.TryParseBytes(text, out var bytes) ? Problem<long>($"{Quote(text)} is not a size such as 64KiB or 10MiB")
        : bytes < min || bytes > max ? Problem<long>($"{text} is not between {Quantity.FormatBytes(min)} and {Quantity.FormatBytes(max)}")
        : bytes;

    public static Form<double> Portion(double min, double max, bool above = false) => text =>
        !Share.TryParse(text, out var share) ? Problem<double>($"{Quote(text)} is not a share such as 10% or 0.1")
        : above && share <= min ? Problem<double>($"{text} is not above {Share.Format(min)}")
        : share < min || share > max ? Problem<double>($"{text} is not between {Share.Format(min)} and {Share.Format(max)}")
        : share;

    public static Form<TimeSpan> Span(TimeSpan min, TimeSpan max) => text =>
        !Duration.TryParse(text, out var span) ? Problem<TimeSpan>($"{Quote(text)} is not a duration such as 250ms, 10s, 5m, 2h or 14d")
        : span < min || span > max ? Problem<TimeSpan>($"{text} is not between {Duration.Format(min)} and {Duration.Format(max)}")
        : span;

    public static Form<NanoDollars> Money() => text =>
        NanoDollars.TryParse(text, out var amount) ? amount : Problem<NanoDollars>($"{Quote(text)} is not an amount such as 0.15 USD");

    public static Form<DateTimeOffset> Time() => text =>
        Rfc3339().IsMatch(text)
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : Problem<DateTimeOffset>($"{Quote(text)} is not a time such as 2027-01-01T00:00:00Z");

    public static Form<T> OneOf<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicFields)] T>()
        where T : struct, Enum => text =>
        EnumNames<T>.TryParse(text, out var value) ? value
        : Problem<T>($"{Quote(text)} is not one of {string.Join(", ", EnumNames<T>.All)}{Suggestion.For(text, EnumNames<T>.All)}");

    public static Form<string> Address() => text =>
        IPAddress.TryParse(text, out var address) && (text.Contains(':') || text.Count(letter => letter == '.') == 3)
            ? address.ToString()
            : Problem<string>($"{Quote(text)} is not an IP address");

    public static Form<string> Cidr() => text =>
        !text.Contains('/') || !TryNetwork(text, out var meant) ? Problem<string>($"{Quote(text)} is not a prefix such as 203.0.113.0/24")
        : meant is not null ? Problem<string>($"{text} has bits beyond its prefix; {meant} is meant")
        : text;

    public static Form<string> Sha256() => text =>
        !text.All(char.IsAsciiHexDigit) ? Problem<string>("holds something other than hex digits")
        : text.Length != 64 ? Problem<string>($"{text.Length} hex digits, 64 are needed")
        : text.ToLowerInvariant();

    public static Form<string> Matching(Regex pattern, string what) => text =>
        text.Length <= TextMax && pattern.IsMatch(text) ? text : Problem<string>($"{Quote(text)} is not {what}");

    public static Parsed<T> Problem<T>(string problem) => new(default!, problem);

    /// <summary>A text as messages show it: short, on one line.</summary>
    public static string Quote(string text)
    {
        var line = string.Concat(text.Select(letter => char.IsControl(letter) ? '·' : letter));
        return line.Length > 80 ? $"\"{line[..77]}…\"" : $"\"{line}\"";
    }

    private static string Number(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    /// <param name="meant">The prefix with the bits beyond it cleared, where some were set.</param>
    private static bool TryNetwork(string text, out string? meant)
    {
        meant = null;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (!IPAddress.TryParse(text.AsSpan(0, slash), out var address)
            || !int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            || length > address.GetAddressBytes().Length * 8)
        {
            return false;
        }

        var bytes = address.GetAddressBytes();
        for (var bit = length; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        var network = new IPAddress(bytes);
        meant = network.Equals(address) ? null : $"{network}/{length}";
        return true;
    }

    [GeneratedRegex(@"\A[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\z")]
    private static partial Regex DnsLabel();

    [GeneratedRegex(@"\A\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d(:\d\d(\.\d{1,7})?)?([Zz]|[+-]\d\d:\d\d)?)?\z")]
    private static partial Regex Rfc3339();
}
