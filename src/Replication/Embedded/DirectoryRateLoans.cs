using System.Text.Json;
using GlobalGateway.Replication.RateLimits.Loans;

namespace GlobalGateway.Replication.Embedded;

/// <summary>Loans of rate by files in the ledger's folder: one per member for what it offers, one per pair for what it writes. None outlives its use, so none is synced.</summary>
public sealed class DirectoryRateLoans(LedgerFolder folder) : IRateLoanStore
{
    /// <summary>Members and letters read at a time.</summary>
    public const int FilesMax = 1_024;

    public async ValueTask OfferAsync(string member, IReadOnlyDictionary<string, double> spare, CancellationToken cancel = default) =>
        await WriteAsync(folder.PathOf("rates", "offers", $"{SafeName.Of(member)}.json"), JsonSerializer.SerializeToUtf8Bytes(new LoanOffer(member, spare), LoanJson.Default.LoanOffer), cancel);

    public ValueTask<IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>>> ReadOffersAsync(CancellationToken cancel = default)
    {
        var offers = new Dictionary<string, IReadOnlyDictionary<string, double>>(StringComparer.Ordinal);
        foreach (var offer in ReadAll(folder.PathOf("rates", "offers"), LoanJson.Default.LoanOffer))
        {
            offers[offer.Member] = offer.Spare;
        }

        return new(offers);
    }

    public async ValueTask WriteAsync(LoanLetter letter, CancellationToken cancel = default) =>
        await WriteAsync(
            folder.PathOf("rates", "letters", SafeName.Of(letter.To), $"{SafeName.Of(letter.From)}.json"), JsonSerializer.SerializeToUtf8Bytes(letter, LoanJson.Default.LoanLetter), cancel);

    public ValueTask<IReadOnlyList<LoanLetter>> ReadAsync(string member, CancellationToken cancel = default) =>
        new(ReadAll(folder.PathOf("rates", "letters", SafeName.Of(member)), LoanJson.Default.LoanLetter));

    private ValueTask<bool> WriteAsync(string path, byte[] bytes, CancellationToken cancel) => folder.ChangeAsync(
        path,
        () =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var temporary = path + ".tmp";
            File.WriteAllBytes(temporary, bytes);
            File.Move(temporary, path, overwrite: true);
            return true;
        },
        cancel);

    private List<T> ReadAll<T>(string directory, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class => folder.Read(
        () =>
        {
            var read = new List<T>();
            foreach (var path in Directory.Exists(directory) ? Directory.EnumerateFiles(directory, "*.json").Take(FilesMax) : [])
            {
                if (LoanJson.Read(File.ReadAllText(path), type) is { } item)
                {
                    read.Add(item);
                }
            }

            return read;
        },
        directory);
}
