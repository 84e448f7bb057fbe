using System.Globalization;
using GlobalGateway.Cql;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Replication.Cassandra;

/// <summary>Which generation each region's logs are in; a region opens its own next one.</summary>
internal sealed class GenerationTable(LedgerCluster cluster)
{
    private readonly CqlStatement _open = new(
        $"INSERT INTO {cluster.Keyspace}.generations (region, number, since) VALUES (?, ?, ?) IF NOT EXISTS", CqlConsistency.EachQuorum, CqlSerialConsistency.LocalSerial);

    private readonly CqlStatement _read = new(Read(cluster.Keyspace), CqlConsistency.LocalQuorum);
    private readonly CqlStatement _readSettled = new(Read(cluster.Keyspace), CqlConsistency.LocalSerial);

    /// <summary>Another region's may be behind: what is given to its past is only charged too much.</summary>
    public ValueTask<RegionGeneration> ReadAsync(string region, CancellationToken cancel) => ReadAsync(_read, region, cancel);

    public async ValueTask<RegionGeneration> OpenNextAsync(string region, int after, DateTimeOffset since, CancellationToken cancel)
    {
        var newest = await ReadAsync(_readSettled, region, cancel);
        if (after > newest.Number)
        {
            throw new ArgumentOutOfRangeException(nameof(after), after.ToString(CultureInfo.InvariantCulture), $"generation {newest.Number} is open");
        }

        if (after < newest.Number)
        {
            return newest;
        }

        await cluster.CompareAndSetAsync(_open.With(region, after + 1, since), cancel);
        newest = await ReadAsync(_readSettled, region, cancel);
        return newest.Number > after ? newest : throw new LedgerUnavailableException($"generation {after + 1} of {region} is not open yet: ask again");
    }

    private async ValueTask<RegionGeneration> ReadAsync(CqlStatement statement, string region, CancellationToken cancel)
    {
        var newest = RegionGeneration.First;
        foreach (var row in await cluster.ExecuteAsync(statement.With(region), cancel))
        {
            newest = LedgerCluster.Decode(row, known => new RegionGeneration(known.Int32("number"), known.Timestamp("since")));
        }

        return newest;
    }

    private static string Read(string keyspace) => $"SELECT number, since FROM {keyspace}.generations WHERE region = ?";
}
