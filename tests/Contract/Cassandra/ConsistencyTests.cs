using GlobalGateway.Contract.Cql;
using GlobalGateway.Cql;
using GlobalGateway.Replication.Cassandra;
using GlobalGateway.Replication.Cassandra.Schema;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.RateLimits.Loans;
using GlobalGateway.Replication.Stores;
using GlobalGateway.Testing.Cassandra;
using Shouldly;
using Xunit;

namespace GlobalGateway.Contract.Cassandra;

/// <summary>Each statement of the ledger as it goes over the wire: with these consistency levels and no others.</summary>
public class ConsistencyTests(CassandraClusters clusters)
{
    private const string Here = "us-east";
    private const string There = "eu-west";

    private static readonly SpendVector One = new(1, 2, 3);

    /// <summary>Statement and table, consistency, and the Paxos group of conditional ones.</summary>
    private static readonly string[] Expected =
    [
        // Decided by a majority of all data centres' replicas; a part of it is read here, and what is in doubt from all.
        "INSERT allocations LocalQuorum Serial", "SELECT allocations LocalQuorum", "SELECT allocations Serial",

        // Decided in the data centre that owns the log; what is in doubt is settled there, and other regions' logs are read by a majority of all.
        "INSERT region_log LocalQuorum LocalSerial", "SELECT region_log LocalQuorum", "SELECT region_log LocalSerial", "SELECT region_log Quorum",

        // Where readers may begin: a hint, wrong only in being old.
        "UPDATE log_folds LocalQuorum", "SELECT log_folds LocalOne",

        // A register must meet the seal that a lister has read, so both are at a quorum.
        "INSERT used_rows LocalQuorum", "UPDATE used_rows LocalQuorum", "SELECT used_rows LocalQuorum",

        // Everybody must know it once it is open.
        "INSERT generations EachQuorum LocalSerial", "SELECT generations LocalQuorum", "SELECT generations LocalSerial",

        "INSERT demand LocalQuorum", "UPDATE demand LocalQuorum", "SELECT demand LocalQuorum",
        "INSERT hints LocalQuorum", "SELECT hints LocalQuorum",
        "INSERT usage_events LocalQuorum", "SELECT usage_events LocalQuorum", "INSERT usage_hours LocalQuorum", "SELECT usage_hours LocalQuorum",
        "INSERT agents LocalQuorum LocalSerial", "UPDATE agents LocalQuorum LocalSerial",

        // Loans are of rates, each guarded by the lender's and the borrower's own clocks.
        "INSERT rate_offers LocalOne", "SELECT rate_offers LocalOne", "INSERT rate_letters LocalOne", "SELECT rate_letters LocalOne",
        "SELECT schema_versions LocalQuorum",
    ];

    [Fact]
    public async Task Statements_OfTheLedger_HaveTheLevelsOfTheDesign()
    {
        CqlPlace.SkipWithoutServer();
        var keyspace = $"levels_{Guid.NewGuid():N}";
        await using var tap = new CqlTap((await clusters.OneAsync()).Nodes[0]);
        await using (var session = CqlPlace.Session([tap.ContactPoint]))
        {
            await new LedgerMigration(session, keyspace, TimeProvider.System).RunAsync(new Dictionary<string, int> { [Here] = 1 });
        }

        // What was prepared before has names here only for statements that passed.
        var schema = tap.Statements.Count;
        await using var cluster = new LedgerCluster(CqlPlace.Session([tap.ContactPoint]), keyspace, Here, fewReplicas: true, TimeProvider.System);
        await UseEverythingAsync(cluster, tap, keyspace);

        var seen = tap.Statements.Skip(schema).Where(statement => statement.Text.Contains(keyspace, StringComparison.Ordinal)).ToArray();
        seen.Select(statement => Described(statement, keyspace)).Distinct().ShouldBe(Expected, ignoreOrder: true);
        tap.Statements.ShouldAllBe(statement => statement.Text != "?");

        // A timestamp is the statement's own or the coordinator's, never this machine's.
        seen.ShouldAllBe(statement => !statement.HasDefaultTimestamp);
        seen.ShouldAllBe(statement => statement.Text.Contains(" IF ", StringComparison.Ordinal) == (statement.SerialConsistency != null));
        seen.Where(statement => IsRegister(statement, keyspace)).ShouldAllBe(statement => statement.Text.Contains("TIMESTAMP", StringComparison.Ordinal));
        seen.Where(statement => IsRegister(statement, keyspace)).ShouldAllBe(statement => statement.Kind == "BATCH" || statement.Text.Contains("log_folds", StringComparison.Ordinal));
    }

    /// <summary>Every method of the stores at least once, and an append whose answer is lost.</summary>
    private static async Task UseEverythingAsync(LedgerCluster cluster, CqlTap tap, string keyspace)
    {
        var account = FactsPlace.Account("budget");
        var log = new LogKey(account, Here, 1);
        var ledger = new CassandraLedger(cluster, TimeProvider.System);

        var row = new AllocationRow("budget", 1, account.Period, 1, BudgetUnits.Requests, One, [new RegionShare(Here, One)]);
        await ledger.InsertAllocationAsync(row);
        tap.OnStatement = statement =>
        {
            if (statement.Text.Contains($"INSERT INTO {keyspace}.allocations", StringComparison.Ordinal))
            {
                tap.OnStatement = null;
                tap.Reset();
            }

            return ValueTask.CompletedTask;
        };
        (await ledger.InsertAllocationAsync(row with { Sequence = 2 })).ShouldBe(AppendOutcome.Ambiguous);
        (await ledger.ReadAllocationsAsync("budget")).Count.ShouldBe(1);

        // Long enough that a reader who begins at the beginning looks for a fold.
        for (var index = 0L; index < 257; index++)
        {
            var fold = new LogFold(0, 0, 0, default, default, default, [], []);
            (await ledger.AppendAsync(log, new LogEntry(index, Guid.NewGuid(), [index == 256 ? LogOperation.Fold(fold) : LogOperation.Delta((int)index, One)]))).ShouldBe(AppendOutcome.Appended);
        }

        (await ledger.ReadLogAsync(log, 0, LogRead.Known)).Count.ShouldBe(1);
        await ledger.ReadLogAsync(log, 0, LogRead.Serial);
        await ledger.ReadLogAsync(log with { Region = There }, 0, LogRead.Quorum);
        await ledger.WriteRowAsync(log, new UsedRow("edge-1", 1, One, One, One, Final: true));
        (await ledger.ReadRowsAsync(log, 1)).Count.ShouldBe(1);
        await ledger.OpenGenerationAsync(1, DateTimeOffset.UtcNow);
        await ledger.ReadGenerationAsync(Here);
        await ledger.WriteDemandAsync(new TransferDemand(account, Here, There, 1, One));
        await ledger.ReadDemandAsync(account);
        await ledger.PublishSealAsync(new SealHint(log, 1));
        var position = (await ledger.ReadSealsAsync(-1)).Next;
        await ledger.ReadSealsAsync(position);
        await ledger.ReadDemandHintsAsync((await ledger.ReadDemandHintsAsync(-1)).Next);

        var usage = new CassandraUsage(cluster);
        var now = DateTimeOffset.UtcNow;
        await usage.AppendAsync([new UsageEvent("edge-1", 1, now, Here, new UsageLabels("r", "t", null, null, "m", "p"), 1, 0, 1, One, Estimated: false)]);
        var events = 0;
        await foreach (var _ in usage.QueryAsync(new UsageQuery(now.AddHours(-1), now.AddHours(1))))
        {
            events++;
        }

        events.ShouldBe(1);
        using var first = new CassandraAgentLock(cluster, "edge-1", new SteppedClock());
        (await first.HoldAsync()).ShouldBeTrue();
        (await first.HoldAsync()).ShouldBeTrue();
        var loans = new CassandraRateLoans(cluster);
        await loans.OfferAsync(Here, new Dictionary<string, double> { ["limit"] = 1 });
        await loans.ReadOffersAsync();
        await loans.WriteAsync(new LoanLetter(Here, There, new Dictionary<string, LoanRequest>(), new Dictionary<string, LoanGrant>()));
        await loans.ReadAsync(There);
    }

    private static string Described(TappedStatement statement, string keyspace)
    {
        var at = statement.Text.IndexOf(keyspace, StringComparison.Ordinal) + keyspace.Length + 1;
        var table = new string([.. statement.Text.Skip(at).TakeWhile(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_')]);
        return string.Join(' ', new[] { statement.Text.Split(' ')[0], table, $"{statement.Consistency}", $"{statement.SerialConsistency}" }.Where(part => part.Length > 0));
    }

    /// <summary>Values that only grow, whatever the order of arrival.</summary>
    private static bool IsRegister(TappedStatement statement, string keyspace) =>
        !statement.Text.StartsWith("SELECT", StringComparison.Ordinal)
        && ((string[])["used_rows", "log_folds", "demand"]).Any(table => statement.Text.Contains($" {keyspace}.{table} ", StringComparison.Ordinal));

    /// <summary>Each look at it is two seconds later: the second call renews the term of the first.</summary>
    private sealed class SteppedClock : TimeProvider
    {
        private long _seconds = 1;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _seconds += 2;
    }
}
