using System.Globalization;

namespace GlobalGateway.Replication.Embedded;

/// <summary>The generation of each region's logs: a small file that only grows.</summary>
internal sealed class GenerationFiles(LedgerFolder folder)
{
    /// <summary>1 until another one was opened.</summary>
    public int Read(string region) =>
        folder.Read(PathOf(region), 1, file =>
        {
            using var scanner = new FrameScanner(file, 0);
            return Newest(scanner);
        });

    /// <summary>Opens the generation after one, unless that happened already.</summary>
    /// <returns>The one that is open now.</returns>
    public ValueTask<int> OpenNextAsync(string region, int after, CancellationToken cancel)
    {
        var path = PathOf(region);
        return folder.ChangeAsync(path, () => OpenNext(path, after), cancel);
    }

    private string PathOf(string region) => folder.PathOf("generations", SafeName.Of(region));

    private int OpenNext(string path, int after)
    {
        using var file = folder.OpenToChange(path);
        using var scanner = new FrameScanner(file, 0);
        var newest = Newest(scanner);
        scanner.CutTornEnd(path);
        if (after > newest)
        {
            throw new ArgumentOutOfRangeException(nameof(after), after.ToString(CultureInfo.InvariantCulture), $"generation {newest} is open");
        }

        if (after == newest)
        {
            Frame.Append(file, scanner.Position, new FieldWriter().Number(++newest).Written);
        }

        RandomAccess.FlushToDisk(file);
        return newest;
    }

    private static int Newest(FrameScanner scanner)
    {
        var newest = 1;
        while (scanner.TryNext(out var record))
        {
            newest = new FieldReader(record).Int32();
        }

        return newest;
    }
}
