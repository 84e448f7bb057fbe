using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using GlobalGateway.Cql;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Replication.Cassandra;

/// <summary>Usage events by region and hour, a few partitions each; an event is one row by incarnation and sequence, however often it is sent.</summary>
public sealed class CassandraUsage(LedgerCluster cluster) : IUsageStore
{
    /// <summary>Partitions that an hour of a region is spread over.</summary>
    private const int Buckets = 8;

    /// <summary>Events of one incarnation that follow each other in one partition.</summary>
    private const int RunLength = 64;

    /// <summary>Events of one write: the server warns of larger batches.</summary>
    private const int BatchMax = 16;

    private const int HoursKnownMax = 1_024;

    // The hours that have events, of all regions: a query may begin at the beginning of time.
    private const string Scope = "all";

    private const string Columns =
        "incarnation, seq, at, request_id, tenant, team, key, model, provider, input_tokens, cached_input_tokens, output_tokens, requests, tokens, nano_dollars, estimated";

    private readonly CqlStatement _write = new(
        $"INSERT INTO {cluster.Keyspace}.usage_events (region, hour, bucket, {Columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", CqlConsistency.LocalQuorum) { IsIdempotent = true };

    private readonly CqlStatement _read = new($"SELECT {Columns} FROM {cluster.Keyspace}.usage_events WHERE region = ? AND hour = ? AND bucket = ?", CqlConsistency.LocalQuorum);

    private readonly CqlStatement _writeHour = new($"INSERT INTO {cluster.Keyspace}.usage_hours (scope, hour, region) VALUES (?, ?, ?)", CqlConsistency.LocalQuorum) { IsIdempotent = true };

    private readonly CqlStatement _readHours = new($"SELECT hour, region FROM {cluster.Keyspace}.usage_hours WHERE scope = ? AND hour >= ? AND hour < ?", CqlConsistency.LocalQuorum);

    private readonly ConcurrentDictionary<(DateTimeOffset, string), bool> _hours = [];

    public async ValueTask AppendAsync(IReadOnlyList<UsageEvent> events, CancellationToken cancel = default)
    {
        foreach (var hour in events.Select(usage => (HourOf(usage.At), usage.Region)).Distinct())
        {
            await NoteHourAsync(hour, cancel);
        }

        foreach (var partition in events.GroupBy(usage => (usage.Region, HourOf(usage.At), BucketOf(usage.Sequence))))
        {
            foreach (var some in partition.Chunk(BatchMax))
            {
                await cluster.WriteAsync(new CqlBatch([.. some.Select(Write)], CqlConsistency.LocalQuorum) { IsIdempotent = true }, cancel);
            }
        }
    }

    public async IAsyncEnumerable<UsageEvent> QueryAsync(UsageQuery query, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        // The protocol's times are from 1970; so are calls.
        var from = HourOf(query.From < DateTimeOffset.UnixEpoch ? DateTimeOffset.UnixEpoch : query.From);
        var hours = new List<(DateTimeOffset Hour, string Region)>();
        await foreach (var row in cluster.ReadAllAsync(_readHours.With(Scope, from, query.Until), cancel))
        {
            hours.Add((row.Timestamp("hour"), row.Text("region")));
        }

        foreach (var (hour, region) in hours.Where(hour => Is(query.Region, hour.Region)))
        {
            for (var bucket = 0; bucket < Buckets; bucket++)
            {
                await foreach (var row in cluster.ReadAllAsync(_read.With(region, hour, bucket), cancel))
                {
                    if (LedgerCluster.Decode(row, known => Read(known, region)) is var usage && Takes(query, from, usage))
                    {
                        yield return usage;
                    }
                }
            }
        }
    }

    // Before its events: an hour without any does no harm, events of no hour are never found.
    private async ValueTask NoteHourAsync((DateTimeOffset Hour, string Region) hour, CancellationToken cancel)
    {
        if (_hours.ContainsKey(hour))
        {
            return;
        }

        await cluster.ExecuteAsync(_writeHour.With(Scope, hour.Hour, hour.Region), cancel);
        if (_hours.Count >= HoursKnownMax)
        {
            _hours.Clear();
        }

        _hours[hour] = true;
    }

    private CqlCall Write(UsageEvent usage)
    {
        var labels = usage.Labels;
        return _write.With(
            usage.Region, HourOf(usage.At), BucketOf(usage.Sequence), usage.Incarnation, usage.Sequence, usage.At.UtcTicks,
            labels.RequestId, labels.Tenant, labels.Team ?? "", labels.Key ?? "", labels.Model, labels.Provider,
            usage.InputTokens, usage.CachedInputTokens, usage.OutputTokens, usage.Spend.Requests, usage.Spend.Tokens, usage.Spend.NanoDollars, usage.Estimated);
    }

    private static UsageEvent Read(CqlRow row, string region) => new(
        row.Text("incarnation"),
        row.Int64("seq"),
        new DateTimeOffset(row.Int64("at"), TimeSpan.Zero),
        region,
        new UsageLabels(row.Text("request_id"), row.Text("tenant"), Label(row, "team"), Label(row, "key"), row.Text("model"), row.Text("provider")),
        row.Int64("input_tokens"),
        row.Int64("cached_input_tokens"),
        row.Int64("output_tokens"),
        new SpendVector(row.Int64("requests"), row.Int64("tokens"), row.Int64("nano_dollars")),
        row.Boolean("estimated"));

    private static string? Label(CqlRow row, string column) => row.Text(column) is { Length: > 0 } label ? label : null;

    private static bool Takes(UsageQuery query, DateTimeOffset from, UsageEvent usage) =>
        usage.At >= from && usage.At < query.Until
        && Is(query.Tenant, usage.Labels.Tenant) && Is(query.Team, usage.Labels.Team) && Is(query.Key, usage.Labels.Key)
        && Is(query.Model, usage.Labels.Model) && Is(query.Provider, usage.Labels.Provider);

    private static bool Is(string? wanted, string? value) => wanted is null || wanted == value;

    private static int BucketOf(long sequence) => (int)(Math.Abs(sequence / RunLength) % Buckets);

    private static DateTimeOffset HourOf(DateTimeOffset at) => new(at.UtcTicks - at.UtcTicks % TimeSpan.TicksPerHour, TimeSpan.Zero);
}
