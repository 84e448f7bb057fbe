using FsCheck;
using FsCheck.Fluent;
using GlobalGateway.Replication.Cassandra;
using GlobalGateway.Replication.Embedded;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.Replication.Embedded;

public class StoredRecordTests
{
    private static readonly Gen<SpendVector> Vectors =
        from requests in ArbMap.Default.GeneratorFor<long>()
        from tokens in ArbMap.Default.GeneratorFor<long>()
        from dollars in Gen.Elements(0, 1, -1, long.MaxValue, long.MinValue)
        select new SpendVector(requests, tokens, dollars);

    private static readonly Gen<string> Names = Gen.Elements("", "us-east", "edge-1.7f", "Ünï\0cödé", new string('n', 300));

    private static readonly Gen<int> Numbers = ArbMap.Default.GeneratorFor<int>();

    private static readonly Gen<bool> Flags = ArbMap.Default.GeneratorFor<bool>();

    [Fact]
    public void UsedRow_ReadBack_IsTheSame()
    {
        var rows =
            from name in Names
            from epoch in Numbers
            from used in Vectors
            from estimated in Vectors
            from cap in Vectors
            from capped in Flags
            from final in Flags
            select new UsedRow(name, epoch, used, estimated, capped ? cap : null, final);

        Check(rows, row => LedgerRecords.DecodeUsedRow(LedgerRecords.Encode(row).Written) == row);
    }

    [Fact]
    public void LogEntry_ReadBack_IsTheSame()
    {
        var epochs =
            from epoch in Numbers
            from amount in Vectors
            from name in Names
            from set in Flags
            select new EpochState(epoch, amount, set ? name : null, set ? null : amount, set ? amount : null, amount);
        var folds =
            from all in Gen.ListOf(epochs)
            from share in Vectors
            from number in Numbers
            select new LogFold(number, 3, 2, share, share, default, [.. all], [new TransferTotal("eu-west", number, share)]);
        var operations =
            from kind in Gen.Elements(Enum.GetValues<LogOperationKind>())
            from number in Numbers
            from amount in Vectors
            from name in Names
            from state in folds
            select new LogOperation
            {
                Kind = kind, Number = number, Amount = amount, Estimated = amount, Name = number % 2 == 0 ? name : null, Generation = number, Incomplete = number % 3 == 0,
                State = kind == LogOperationKind.Fold ? state : null,
            };
        var entries =
            from index in ArbMap.Default.GeneratorFor<long>()
            from id in ArbMap.Default.GeneratorFor<Guid>()
            from all in Gen.ListOf(operations)
            select new LogEntry(index, id, [.. all]);

        Check(entries, entry =>
        {
            var read = LogEntryRecord.Decode(LogEntryRecord.Encode(entry).Written);
            return (read.Index, read.OperationId) == (entry.Index, entry.OperationId) && Equal(read.Operations, entry.Operations);
        });
        Check(entries, entry => Equal(StoredOperations.Read(StoredOperations.Write(entry.Operations)), entry.Operations));

        static bool Equal(IReadOnlyList<LogOperation> left, IReadOnlyList<LogOperation> right) =>
            left.Select(Flat).SequenceEqual(right.Select(Flat)) && left.Zip(right).All(pair => Same(pair.First.State, pair.Second.State));

        static LogOperation Flat(LogOperation operation) => operation with { State = null };

        static bool Same(LogFold? a, LogFold? b) => a is null || b is null
            ? a == b
            : a.Epochs.SequenceEqual(b.Epochs) && a.TransfersOut.SequenceEqual(b.TransfersOut)
                && a with { Epochs = [], TransfersOut = [] } == b with { Epochs = [], TransfersOut = [] };
    }

    [Fact]
    public void UsageEvents_ReadBack_AreTheSame()
    {
        var events =
            from sequence in ArbMap.Default.GeneratorFor<long>()
            from name in Names
            from spend in Vectors
            from set in Flags
            from ticks in Gen.Choose(0, int.MaxValue)
            select new UsageEvent(
                name, sequence, DateTimeOffset.UnixEpoch.AddTicks(ticks), "us-east",
                new UsageLabels("r-1", name, set ? name : null, set ? null : name, "fast", "openai"), 1, sequence, 3, spend, set);

        Check(Gen.ListOf(events), batch =>
        {
            var record = new FieldWriter();
            foreach (var usage in batch)
            {
                UsageBatchRecord.Encode(record, usage);
            }

            return UsageBatchRecord.Decode(record.Written).SequenceEqual(batch);
        });
    }

    [Fact]
    public void Record_CutAnywhere_IsRefused()
    {
        var whole = LedgerRecords.Encode(new UsedRow("edge-1", 300, new SpendVector(1, 2, 1L << 40), default, new SpendVector(1, 2, 3), true)).Written.ToArray();

        for (var length = 0; length < whole.Length; length++)
        {
            Should.Throw<LedgerCorruptException>(() => LedgerRecords.DecodeUsedRow(whole.AsSpan(0, length)), $"{length}");
        }
    }

    [Fact]
    public void Checksum_OfTheStandardsExample_IsItsValue() => Crc32C.Of("123456789"u8).ShouldBe(0xE306_9283u);

    private static void Check<T>(Gen<T> values, Func<T, bool> holds) =>
        Prop.ForAll(values.ToArbitrary(), holds).QuickCheckThrowOnFailure();
}
