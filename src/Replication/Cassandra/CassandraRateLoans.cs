using System.Text.Json;
using GlobalGateway.Cql;
using GlobalGateway.Replication.RateLimits.Loans;

namespace GlobalGateway.Replication.Cassandra;

/// <summary>Loans of rate by rows that soon end by themselves: one per member for what it offers, one per pair for what it writes.</summary>
public sealed class CassandraRateLoans(LedgerCluster cluster) : IRateLoanStore
{
    private const string Scope = "all";

    private readonly CqlStatement _offer = new($"INSERT INTO {cluster.Keyspace}.rate_offers (scope, member, spare) VALUES (?, ?, ?)", CqlConsistency.LocalOne) { IsIdempotent = true };
    private readonly CqlStatement _readOffers = new($"SELECT member, spare FROM {cluster.Keyspace}.rate_offers WHERE scope = ?", CqlConsistency.LocalOne);
    private readonly CqlStatement _write = new($"INSERT INTO {cluster.Keyspace}.rate_letters (reader, writer, letter) VALUES (?, ?, ?)", CqlConsistency.LocalOne) { IsIdempotent = true };
    private readonly CqlStatement _read = new($"SELECT letter FROM {cluster.Keyspace}.rate_letters WHERE reader = ?", CqlConsistency.LocalOne);

    public async ValueTask OfferAsync(string member, IReadOnlyDictionary<string, double> spare, CancellationToken cancel = default) =>
        await cluster.ExecuteAsync(_offer.With(Scope, member, JsonSerializer.Serialize(new LoanOffer(member, spare), LoanJson.Default.LoanOffer)), cancel);

    public async ValueTask<IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>>> ReadOffersAsync(CancellationToken cancel = default)
    {
        var offers = new Dictionary<string, IReadOnlyDictionary<string, double>>(StringComparer.Ordinal);
        foreach (var row in await cluster.ExecuteAsync(_readOffers.With(Scope), cancel))
        {
            if (LoanJson.Read(row.Text("spare"), LoanJson.Default.LoanOffer) is { } offer)
            {
                offers[row.Text("member")] = offer.Spare;
            }
        }

        return offers;
    }

    public async ValueTask WriteAsync(LoanLetter letter, CancellationToken cancel = default) =>
        await cluster.ExecuteAsync(_write.With(letter.To, letter.From, JsonSerializer.Serialize(letter, LoanJson.Default.LoanLetter)), cancel);

    public async ValueTask<IReadOnlyList<LoanLetter>> ReadAsync(string member, CancellationToken cancel = default)
    {
        var letters = new List<LoanLetter>();
        foreach (var row in await cluster.ExecuteAsync(_read.With(member), cancel))
        {
            if (LoanJson.Read(row.Text("letter"), LoanJson.Default.LoanLetter) is { } letter)
            {
                letters.Add(letter);
            }
        }

        return letters;
    }
}
