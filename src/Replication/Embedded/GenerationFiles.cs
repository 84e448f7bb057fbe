using System.Globalization;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Replication.Embedded;

/// <summary>The generation of each region's logs: a small file that only grows.</summary>
internal sealed class GenerationFiles(LedgerFolder folder)
{
    public RegionGeneration Read(string region) =>
        folder.Read(PathOf(region), RegionGeneration.First, file =>
        {
            using var scanner = new FrameScanner(file, 0);
            return Newest(scanner);
        });

    /// <summary>Opens the generation after one, unless that happened already.</summary>
    /// <returns>The one that is open now.</returns>
    public ValueTask<RegionGeneration> OpenNextAsync(string region, int after, DateTimeOffset since, CancellationToken cancel)
    {
        var path = PathOf(region);
        return folder.ChangeAsync(path, () => OpenNext(path, after, since), cancel);
    }

    private string PathOf(string region) => folder.PathOf("generations", SafeName.Of(region));

    private RegionGeneration OpenNext(string path, int after, DateTimeOffset since)
    {
        using var file = folder.OpenToChange(path);
        using var scanner = new FrameScanner(file, 0);
        var newest = Newest(scanner);
        scanner.CutTornEnd(path);
        if (after > newest.Number)
        {
            throw new ArgumentOutOfRangeException(nameof(after), after.ToString(CultureInfo.InvariantCulture), $"generation {newest.Number} is open");
        }

        if (after == newest.Number)
        {
            newest = new RegionGeneration(after + 1, since.ToUniversalTime());
            Frame.Append(file, scanner.Position, new FieldWriter().Number(newest.Number).Number(newest.Since.UtcTicks).Written);
        }

        RandomAccess.FlushToDisk(file);
        return newest;
    }

    private static RegionGeneration Newest(FrameScanner scanner)
    {
        var newest = RegionGeneration.First;
        while (scanner.TryNext(out var bytes))
        {
            var record = new FieldReader(bytes);
            newest = new RegionGeneration(record.Int32(), new DateTimeOffset(record.Number(), TimeSpan.Zero));
        }

        return newest;
    }
}
