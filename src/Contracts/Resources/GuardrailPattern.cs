using System.Text.RegularExpressions;

namespace GlobalGateway.Contracts.Resources;

/// <summary>
/// An expression of a guardrail, ready to be matched. It runs in linear time, and so fast that no prompt holds a processor up: expressions
/// that remember much (<c>a[ab]{900}</c>) are linear, too, but a thousand times slower.
/// </summary>
public sealed class GuardrailPattern
{
    public const int LettersMax = 4_096;

    /// <summary>Letters of each text that an expression is tried on; most need a tenth of a millisecond.</summary>
    public const int TrialLetters = 4 * 1024;

    /// <summary>What a trial may take: at that pace a prompt of a mebibyte would hold a processor for four seconds.</summary>
    public static readonly TimeSpan TrialTime = TimeSpan.FromMilliseconds(15);

    private const int TriesMax = 5;

    private const int AlphabetMax = 8;

    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    private GuardrailPattern(Regex regex) => Regex = regex;

    public Regex Regex { get; }

    /// <summary>The pattern, or why prompts cannot be matched with it.</summary>
    public static (GuardrailPattern? Pattern, string? Problem) Create(string text)
    {
        if (text.Length is 0 or > LettersMax)
        {
            return (null, $"is not between 1 and {LettersMax:#,0} characters");
        }

        Regex regex;
        try
        {
            regex = new Regex(text, Options, TrialTime);
        }
        catch (Exception problem) when (problem is ArgumentException or NotSupportedException)
        {
            return (null, $"is not a regular expression that runs in linear time: {problem.Message}");
        }

        // Other tries, because the machine may have been busy; on other texts, because it remembers the one before.
        for (var tried = 0; tried < TriesMax; tried++)
        {
            if (IsFast(regex, text, tried))
            {
                return (new GuardrailPattern(new Regex(text, Options)), null);
            }
        }

        return (null, $"is too slow: {TrialLetters:#,0} letters take more than {TrialTime.TotalMilliseconds:0} ms; shorten its repetitions");
    }

    /// <summary>The trial's texts are made of the expression's own letters, which lead furthest into it: all of them, and two at a time.</summary>
    private static bool IsFast(Regex regex, string text, int seed)
    {
        var letters = text.Where(char.IsLetterOrDigit).Append('a').Append('b').Distinct().Take(AlphabetMax).ToArray();
        var random = new Random(seed);
        var pairs = letters.Skip(1).Select((letter, before) => new string(random.GetItems([letters[before], letter], TrialLetters)));
        try
        {
            foreach (var trial in pairs.Prepend(new string(random.GetItems(letters, TrialLetters))))
            {
                // Unlike a search for the first match, counting goes to the end.
                _ = regex.Count(trial);
            }

            return true;
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }
}
