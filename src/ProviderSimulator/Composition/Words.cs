namespace GlobalGateway.ProviderSimulator.Composition;

/// <summary>Draws sentences from a fixed vocabulary; some words are not ASCII, so that split bytes show.</summary>
internal static class Words
{
    private static readonly string[] Vocabulary =
    [
        "river", "signal", "copper", "lantern", "orbit", "meadow", "window", "harbour", "quiet", "carbon", "ember", "granite", "paper", "silver",
        "thunder", "velvet", "willow", "anchor", "beacon", "cedar", "delta", "echo", "falcon", "glacier", "horizon", "island", "juniper", "kernel",
        "ledger", "marble", "nectar", "ocean", "prairie", "quartz", "ripple", "summit", "timber", "umbra", "valley", "winter", "yonder", "zenith",
        "café", "naïve", "Zürich", "東京", "λόγος", "🙂", "answers", "crosses", "follows", "gathers", "holds", "joins", "keeps", "leads", "meets",
        "opens", "reaches", "settles", "turns", "under", "with", "beyond",
    ];

    private const int SentenceWords = 12;

    public static string[] Draw(ulong seed, int count)
    {
        var words = new string[count];
        for (var i = 0; i < count; i++)
        {
            var word = Vocabulary[(int)(Fingerprint.Next(ref seed) % (ulong)Vocabulary.Length)];
            var end = i == count - 1 || i % SentenceWords == SentenceWords - 1 ? "." : "";
            words[i] = (i == 0 ? "" : " ") + word + end;
        }
        return words;
    }

    public static string One(ref ulong state) => Vocabulary[(int)(Fingerprint.Next(ref state) % 42)];

    /// <summary>Cuts text into pieces of <paramref name="size"/> characters, never inside a surrogate pair.</summary>
    public static string[] Split(string text, int size)
    {
        var pieces = new List<string>((text.Length / size) + 1);
        for (var start = 0; start < text.Length;)
        {
            var end = Math.Min(start + size, text.Length);
            if (end < text.Length && char.IsLowSurrogate(text[end]))
            {
                end++;
            }
            pieces.Add(text[start..end]);
            start = end;
        }
        return [.. pieces];
    }
}
