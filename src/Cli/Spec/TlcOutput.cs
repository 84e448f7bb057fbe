using System.Globalization;
using System.Text.RegularExpressions;

namespace GlobalGateway.Cli.Spec;

/// <summary>What TLC's lines say so far.</summary>
internal sealed partial class TlcOutput
{
    private string? _error;
    private string? _refuted;
    private bool _complete;
    private long _states;

    public long DistinctStates => Interlocked.Read(ref _states);

    public void Add(string line)
    {
        if (States().Match(line) is { Success: true } states)
        {
            Interlocked.Exchange(ref _states, long.Parse(states.Groups[1].ValueSpan, NumberStyles.AllowThousands, CultureInfo.InvariantCulture));
        }
        else if (Violation().Match(line) is { Success: true } violation)
        {
            _refuted ??= violation.Groups[1].Value;
        }
        else if (line.StartsWith("Model checking completed. No error", StringComparison.Ordinal))
        {
            _complete = true;
        }
        else if (line.Contains("rror: ", StringComparison.Ordinal) || line.Contains("Exception", StringComparison.Ordinal))
        {
            _error ??= line.Trim();
        }
    }

    public (SpecOutcome Outcome, string? Detail) Judge(int exitCode) =>
        _refuted is not null ? (SpecOutcome.Refuted, _refuted)
        : _complete && exitCode == 0 ? (SpecOutcome.Clean, null)
        : (SpecOutcome.Broken, _error ?? $"TLC ended with code {exitCode}");

    [GeneratedRegex(@"([\d,]+) distinct states found")]
    private static partial Regex States();

    [GeneratedRegex(@"^Error: Invariant (\w+) is violated")]
    private static partial Regex Violation();
}
