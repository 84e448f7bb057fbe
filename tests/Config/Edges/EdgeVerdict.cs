using System.Diagnostics;
using System.Globalization;

namespace GlobalGateway.Config.Edges;

/// <summary>Whether an answer of the API about an edge was correct, as <see cref="ShownEdgesTests"/> says what that means.</summary>
internal static class EdgeVerdict
{
    private static readonly TimeSpan UnknownAfter = TimeSpan.FromSeconds(15);

    /// <summary>Between two looks, and the tenths of a second that ages are shown in.</summary>
    private static readonly TimeSpan Blur = TimeSpan.FromSeconds(1);

    /// <summary>What was said may lie in the control plane's socket so long on a busy machine, and counts as heard once it is read.</summary>
    private static readonly TimeSpan UnreadMax = TimeSpan.FromSeconds(2);

    /// <summary>What an edge has said for so long, the API says too.</summary>
    private static readonly TimeSpan KnownWithin = TimeSpan.FromSeconds(2);

    /// <summary>Of an edge that is there: a heartbeat, and the way.</summary>
    private static readonly TimeSpan AgeMax = TimeSpan.FromSeconds(6);

    /// <returns>What is wrong; absent when nothing is.</returns>
    public static string? WhyNot(EdgeShown shown, EdgeDiary diary)
    {
        var held = Held(shown, diary);
        if (shown.Sequence > 0 && !held.Any(look => look.Revision == shown.Revision && look.Sequence == shown.Sequence) && !Passed(shown, held))
        {
            return $"it says {shown.Revision} ({shown.Sequence}) as of {shown.Age.TotalSeconds:0.0} s ago, the edge said {string.Join(", ", held.Select(Text).Distinct())}";
        }

        // An edge that answers nothing, and one that has just come back, may be shown either way for a moment.
        var away = diary.Absences.FirstOrDefault(absence => After(absence.Gone, KnownWithin) <= shown.Asked && shown.Came <= absence.Until);
        if (away is not null)
        {
            var gone = Stopwatch.GetElapsedTime(away.Gone, shown.Asked);
            var isSilent = away.Kind == AbsenceKind.Asleep && gone < UnknownAfter + Blur;
            return shown.Age + UnreadMax < gone ? $"it was heard {shown.Age.TotalSeconds:0.0} s ago, but is {away.Kind} for {gone.TotalSeconds:0.0} s"
                : shown.Connected && !isSilent ? $"it is shown as connected, but is {away.Kind} for {gone.TotalSeconds:0.0} s"
                : Unknown(shown);
        }

        var recent = diary.Looks.Where(look => look.Asked >= After(shown.Asked, -KnownWithin - Blur) && look.Came <= After(shown.Came, Blur)).ToList();
        var isSteady = recent.Count > 5 && recent[^1].Asked >= shown.Came && recent.TrueForAll(look => look.Following && look.Revision == recent[0].Revision && look.Sequence == recent[0].Sequence)
            && !diary.Absences.Any(absence => absence.From <= shown.Came && absence.Back >= After(shown.Asked, -KnownWithin - Blur));
        return isSteady && (!shown.Connected || shown.Revision != recent[0].Revision || shown.Sequence != recent[0].Sequence) ? $"it says {shown}, the edge has said {Text(recent[0])} for two seconds"
            : isSteady && shown.Age > AgeMax ? $"it was heard {shown.Age.TotalSeconds:0.0} s ago, but is there"
            : Unknown(shown);
    }

    private static string? Unknown(EdgeShown shown) =>
        shown.State == "unknown" != (!shown.Connected && shown.Age > UnknownAfter) && (shown.Age - UnknownAfter).Duration() > TimeSpan.FromSeconds(0.1)
            ? $"it is {shown.State}, connected {shown.Connected}, heard {shown.Age.TotalSeconds:0.0} s ago"
            : null;

    /// <summary>
    /// What the edge said between the moment that the answer speaks of and the answer, and the last that it said before. Where it could not be asked
    /// for a while, the first that it said afterwards, too: it may have been so all the time.
    /// </summary>
    private static List<EdgeLook> Held(EdgeShown shown, EdgeDiary diary)
    {
        var since = After(shown.Asked, -shown.Age - UnreadMax);
        var until = After(shown.Came, Blur);
        var held = diary.Looks.Where(look => look.Came >= since && look.Asked <= until).ToList();
        if ((held.Count == 0 || held[^1].Came < shown.Asked) && diary.Looks.FirstOrDefault(look => look.Asked > until) is { } after)
        {
            held.Add(after);
        }

        if (diary.Looks.LastOrDefault(look => look.Came < since) is { } before)
        {
            held.Insert(0, before);
        }

        return held;
    }

    /// <summary>A pointer that was served and followed by another between two looks.</summary>
    private static bool Passed(EdgeShown shown, List<EdgeLook> held) => held.Zip(held.Skip(1)).Any(two => two.First.Sequence < shown.Sequence && shown.Sequence < two.Second.Sequence);

    private static long After(long moment, TimeSpan time) => moment + (long)(time.TotalSeconds * Stopwatch.Frequency);

    private static string Text(EdgeLook look) => string.Create(CultureInfo.InvariantCulture, $"{look.Revision} ({look.Sequence})");
}
