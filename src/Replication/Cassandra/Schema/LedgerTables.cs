using System.Security.Cryptography;
using System.Text;

namespace GlobalGateway.Replication.Cassandra.Schema;

/// <summary>
/// The ledger's tables. Each is created under an id of its own, so that two who create it at once through different nodes create the
/// same one; without it Cassandra may keep two tables of one name. Changes are only added, as steps of a higher version.
/// </summary>
internal static class LedgerTables
{
    /// <summary>The newest version of the tables that this program knows.</summary>
    public const int Version = 1;

    // Hints are looked at for seconds; rates are lent for less than a minute.
    private const int HintSeconds = 3_600;
    private const int RateSeconds = 600;
    private const int UsageSeconds = 400 * 24 * 3_600;

    /// <param name="keyspace">A name that <see cref="KeyspaceName"/> takes.</param>
    /// <returns>Statements in their order; any of them may have been carried out before.</returns>
    public static IReadOnlyList<string> Create(string keyspace) =>
    [
        $"""
        CREATE TABLE IF NOT EXISTS {keyspace}.schema_versions (
          part text, version int, applied timestamp,
          PRIMARY KEY (part, version))
        WITH id = {IdOf(keyspace, "schema_versions")}
        """,
        $"""
        CREATE TABLE IF NOT EXISTS {keyspace}.allocations (
          budget text, seq int, period bigint, pointer bigint, units int,
          requests bigint, tokens bigint, nano_dollars bigint, split text, goal text, home text,
          PRIMARY KEY (budget, seq))
        WITH id = {IdOf(keyspace, "allocations")}
        """,
        $"""
        CREATE TABLE IF NOT EXISTS {keyspace}.region_log (
          budget text, period bigint, region text, generation int, idx bigint, op_id uuid, operations text,
          PRIMARY KEY ((budget, period, region, generation), idx))
        WITH id = {IdOf(keyspace, "region_log")}
        """,
        $"""
        CREATE TABLE IF NOT EXISTS {keyspace}.log_folds (
          budget text, period bigint, region text, generation int, idx bigint,
          PRIMARY KEY ((budget, period, region, generation)))
        WITH id = {IdOf(keyspace, "log_folds")}
        """,
        $"""
        CREATE TABLE IF NOT EXISTS {keyspace}.used_rows (
          budget text, period bigint, region text, generation int, epoch int, incarnation text,
          used_requests bigint, used_tokens bigint, used_nano_dollars bigint,
          estimated_requests bigint, estimated_tokens bigint, estimated_nano_dollars bigint,
          cap_requests bigint, cap_tokens bigint, cap_nano_dollars bigint, final boolean,
          PRIMARY KEY ((budget, period, region, generation, epoch), incarnation))
        WITH id = {IdOf(keyspace, "used_rows")}
        """,
        $"""
        CREATE TABLE IF NOT EXISTS {keyspace}.generations (
          region text, number int, since timestamp,
          PRIMARY KEY (region, number))
        WITH id = {IdOf(keyspace, "generations")}
        """,
        $"""
        CREATE TABLE IF NOT EXISTS {keyspace}.demand (
          giver text, budget text, period bigint, receiver text, receiver_generation int,
          requests bigint, tokens bigint, nano_dollars bigint,
          PRIMARY KEY ((giver, budget, period), receiver, receiver_generation))
        WITH id = {IdOf(keyspace, "demand")}
        """,
        $"""
        CREATE TABLE IF NOT EXISTS {keyspace}.hints (
          feed text, region text, slot bigint, at bigint, id uuid, budget text, period bigint, generation int, sealed int,
          PRIMARY KEY ((feed, region, slot), at, id))
        WITH id = {IdOf(keyspace, "hints")} AND default_time_to_live = {HintSeconds}
          AND compaction = {TimeWindow("MINUTES", 10)}
        """,
        $"""
        CREATE TABLE IF NOT EXISTS {keyspace}.usage_events (
          region text, hour timestamp, bucket int, incarnation text, seq bigint, at bigint,
          request_id text, tenant text, team text, key text, model text, provider text,
          input_tokens bigint, cached_input_tokens bigint, output_tokens bigint,
          requests bigint, tokens bigint, nano_dollars bigint, estimated boolean,
          PRIMARY KEY ((region, hour, bucket), incarnation, seq))
        WITH id = {IdOf(keyspace, "usage_events")} AND default_time_to_live = {UsageSeconds}
          AND compaction = {TimeWindow("DAYS", 10)}
        """,
        $"""
        CREATE TABLE IF NOT EXISTS {keyspace}.usage_hours (
          scope text, hour timestamp, region text,
          PRIMARY KEY (scope, hour, region))
        WITH id = {IdOf(keyspace, "usage_hours")} AND default_time_to_live = {UsageSeconds}
        """,
        $"""
        CREATE TABLE IF NOT EXISTS {keyspace}.agents (
          region text PRIMARY KEY, holder text)
        WITH id = {IdOf(keyspace, "agents")}
        """,
        $"""
        CREATE TABLE IF NOT EXISTS {keyspace}.rate_offers (
          scope text, member text, spare text,
          PRIMARY KEY (scope, member))
        WITH id = {IdOf(keyspace, "rate_offers")} AND default_time_to_live = {RateSeconds}
        """,
        $"""
        CREATE TABLE IF NOT EXISTS {keyspace}.rate_letters (
          reader text, writer text, letter text,
          PRIMARY KEY (reader, writer))
        WITH id = {IdOf(keyspace, "rate_letters")} AND default_time_to_live = {RateSeconds}
        """,
    ];

    // Named by keyspace and table (RFC 9562, version 8 from SHA-256): ids are a whole cluster's.
    private static Guid IdOf(string keyspace, string table)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{keyspace}.{table}")).AsSpan(0, 16);
        hash[6] = (byte)(hash[6] & 0x0F | 0x80);
        hash[8] = (byte)(hash[8] & 0x3F | 0x80);
        return new Guid(hash, bigEndian: true);
    }

    private static string TimeWindow(string unit, int size) =>
        $"{{'class': 'TimeWindowCompactionStrategy', 'compaction_window_unit': '{unit}', 'compaction_window_size': {size}}}";
}
