using System.Globalization;

namespace GlobalGateway.Replication.Journal.Segments;

/// <summary>The names of segment files, and the files of a folder.</summary>
internal static class SegmentFiles
{
    public const string UnfinishedSuffix = ".new";
    private const string Suffix = ".seg";

    public static string PathOf(string directory, long number) =>
        Path.Combine(directory, number.ToString("D8", CultureInfo.InvariantCulture) + Suffix);

    /// <summary>Removes what a crash left half-made.</summary>
    public static void RemoveUnfinished(string directory)
    {
        foreach (var path in Directory.EnumerateFiles(directory, "*" + Suffix + UnfinishedSuffix))
        {
            File.Delete(path);
        }
    }

    /// <summary>All segments, oldest first; the header is null where it is damaged.</summary>
    public static List<(long Number, string Path, SegmentHeader? Header)> List(string directory)
    {
        var found = new List<(long, string, SegmentHeader?)>();
        foreach (var path in Directory.EnumerateFiles(directory, "*" + Suffix))
        {
            if (long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                var header = ReadHeader(path);
                found.Add((number, path, header?.Number == number ? header : null));
            }
        }

        found.Sort((left, right) => left.Item1.CompareTo(right.Item1));
        return found;
    }

    private static SegmentHeader? ReadHeader(string path)
    {
        var bytes = new byte[SegmentHeader.Bytes];
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return SegmentHeader.Read(bytes.AsSpan(0, RandomAccess.Read(file, bytes, 0)), path);
        }
        catch (IOException failure) when (failure is not JournalOpenException)
        {
            return null;
        }
    }
}
