using System.Globalization;
using System.Text;
using GlobalGateway.Contracts.Storage;

namespace GlobalGateway.Replication.Journal.Inheritance;

/// <summary>
/// What is known of an incarnation's end, kept beside its segments: it was closed, it failed, or a successor judged it while
/// the machine was still the same. Without it a later start of the machine would make every end uncertain.
/// </summary>
/// <param name="EndsAt">After the last record that counts.</param>
/// <param name="Tear">Null when it is whole.</param>
internal sealed record EndMarker(JournalPosition EndsAt, string? Tear)
{
    private const string Suffix = ".end";
    private const string WholeWord = "whole";
    private const string TornWord = "torn";
    private const int FileBytesMax = 4096;
    private const int TearCharsMax = 1000;

    public static void Write(string directory, string incarnation, EndMarker marker) =>
        DurableFile.Write(PathOf(directory, incarnation), Encoding.UTF8.GetBytes(marker.ToString()));

    /// <summary>Null when there is none.</summary>
    public static EndMarker? Read(string directory, string incarnation) =>
        DurableFile.Read(PathOf(directory, incarnation), FileBytesMax) is { } bytes ? Parse(Encoding.UTF8.GetString(bytes)) : null;

    public static void Delete(string directory, string incarnation) => File.Delete(PathOf(directory, incarnation));

    /// <summary>Removes those of incarnations whose segments are gone.</summary>
    public static void RemoveOrphans(string directory, IReadOnlySet<string> incarnations)
    {
        foreach (var path in Directory.EnumerateFiles(directory, "*" + Suffix))
        {
            if (!incarnations.Contains(Path.GetFileNameWithoutExtension(path)))
            {
                File.Delete(path);
            }
        }
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(Tear is null ? WholeWord : TornWord)} {EndsAt.Segment} {EndsAt.Offset} {(Tear is { Length: > TearCharsMax } ? Tear[..TearCharsMax] : Tear)}");

    private static EndMarker Parse(string text)
    {
        var parts = text.Split(' ', 4);
        return parts.Length == 4 && parts[0] is WholeWord or TornWord
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var segment)
            && int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
                ? new EndMarker(new JournalPosition(segment, offset), parts[0] == WholeWord ? null : parts[3])
                : new EndMarker(new JournalPosition(long.MaxValue, int.MaxValue), "the note of its end is damaged");
    }

    private static string PathOf(string directory, string incarnation) => Path.Combine(directory, incarnation + Suffix);
}
