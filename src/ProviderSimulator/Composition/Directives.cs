using System.Globalization;

namespace GlobalGateway.ProviderSimulator.Composition;

/// <summary>What a prompt asks of the simulator itself, written <c>[[name=value]]</c> in any user or system text; see docs/simulator.md.</summary>
internal sealed class Directives
{
    public const int TokensMax = 20_000;

    public int? Tokens { get; private set; }
    public double? TokensPerSecond { get; private set; }
    public double? FirstTokenMs { get; private set; }
    public bool FlushEach { get; private set; }
    public bool Think { get; private set; }
    public bool Refuse { get; private set; }
    public bool Filter { get; private set; }
    public string? Say { get; private set; }
    public List<string> Tools { get; } = [];

    public static Directives None { get; } = new();

    public static Directives In(string text)
    {
        if (!text.Contains("[[", StringComparison.Ordinal))
        {
            return None;
        }
        var found = new Directives();
        for (var start = text.IndexOf("[[", StringComparison.Ordinal); start >= 0; start = text.IndexOf("[[", start + 2, StringComparison.Ordinal))
        {
            var end = text.IndexOf("]]", start, StringComparison.Ordinal);
            if (end < 0)
            {
                break;
            }
            found.Take(text[(start + 2)..end]);
        }
        return found;
    }

    private void Take(string directive)
    {
        var equals = directive.IndexOf('=', StringComparison.Ordinal);
        var (name, value) = equals < 0 ? (directive, "") : (directive[..equals], directive[(equals + 1)..]);
        switch (name)
        {
            case "tokens" when int.TryParse(value, CultureInfo.InvariantCulture, out var tokens):
                Tokens = Math.Clamp(tokens, 0, TokensMax);
                break;
            case "tps" when double.TryParse(value, CultureInfo.InvariantCulture, out var rate) && rate > 0:
                TokensPerSecond = rate;
                break;
            case "ttft" when double.TryParse(value, CultureInfo.InvariantCulture, out var delay) && delay is >= 0 and <= 600_000:
                FirstTokenMs = delay;
                break;
            case "tool":
                Tools.Add(value);
                break;
            case "say":
                Say = value;
                break;
            case "flush":
                FlushEach = true;
                break;
            case "think":
                Think = true;
                break;
            case "refuse":
                Refuse = true;
                break;
            case "filter":
                Filter = true;
                break;
        }
    }
}
