using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;
using Shouldly;
using Xunit;

namespace GlobalGateway.Contract.Ledger;

/// <summary>Rows, demand and hints.</summary>
public abstract partial class LedgerStoreContract
{
    [Fact]
    public async Task WriteRow_InAnyOrderAndTwice_GivesTheSameRow()
    {
        UsedRow[] writes =
        [
            UsedRow.Registered("edge-1", 1),
            new UsedRow("edge-1", 1, One * 3, default, null, false),
            new UsedRow("edge-1", 1, new SpendVector(5, 9, 2), One, null, false),
            new UsedRow("edge-1", 1, new SpendVector(5, 9, 2), One, One * 6, false),
            new UsedRow("edge-1", 1, One * 6, One * 2, One * 6, true),
        ];
        var expected = new UsedRow("edge-1", 1, new SpendVector(6, 9, 2), One * 2, One * 6, true);

        for (var turn = 0; turn < writes.Length; turn++)
        {
            var log = Log with { Generation = turn + 1 };
            foreach (var row in writes.Skip(turn).Concat(writes.Take(turn)).Concat(writes.Reverse()))
            {
                await Open().WriteRowAsync(log, row);
            }

            (await Open().ReadRowsAsync(log, 1)).ShouldBe([expected]);
        }
    }

    [Fact]
    public async Task WriteRow_ByManyHolders_KeepsOneOfEach()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async edge =>
        {
            var store = Open();
            for (var used = 0; used < 20; used++)
            {
                await store.WriteRowAsync(Log, UsedRow.Registered($"edge-{edge}", 1) with { Used = One * used });
            }
        }));

        var rows = await Open(There).ReadRowsAsync(Log, 1);

        rows.OrderBy(row => row.Incarnation).ShouldBe(Enumerable.Range(0, 8).Select(edge => UsedRow.Registered($"edge-{edge}", 1) with { Used = One * 19 }));
    }

    [Fact]
    public async Task ReadRows_OfAnotherEpochOrLog_HasNoneOfThem()
    {
        await Open().WriteRowAsync(Log, UsedRow.Registered("edge-1", 1));

        (await Open().ReadRowsAsync(Log, 2)).ShouldBeEmpty();
        (await Open().ReadRowsAsync(Log with { Generation = 2 }, 1)).ShouldBeEmpty();
        (await Open().ReadRowsAsync(Log with { Region = There }, 1)).ShouldBeEmpty();
    }

    [Fact]
    public async Task InsertAllocation_ByEveryRegionAtOnce_IsWonByOne()
    {
        var rows = Enumerable.Range(0, 5).Select(i => Allocation(1, pointer: i)).ToArray();

        var outcomes = await Task.WhenAll(rows.Select((row, i) => Open(i % 2 == 0 ? Here : There).InsertAllocationAsync(row).AsTask()));

        outcomes.Count(outcome => outcome == AppendOutcome.Appended).ShouldBe(1);
        outcomes.Count(outcome => outcome == AppendOutcome.Lost).ShouldBe(4);
        var winner = rows[Array.IndexOf(outcomes, AppendOutcome.Appended)];
        var kept = (await Open().ReadAllocationsAsync(Account.Budget)).ShouldHaveSingleItem();
        kept.Split.ShouldBe(winner.Split);
        kept.Goal.ShouldBe(winner.Goal);
        (kept with { Split = winner.Split, Goal = winner.Goal }).ShouldBe(winner);
        (await Open().InsertAllocationAsync(winner)).ShouldBe(AppendOutcome.Appended);
    }

    [Fact]
    public async Task ReadAllocations_GivesAllRowsInOrder()
    {
        for (var sequence = 1; sequence <= 3; sequence++)
        {
            await Open().InsertAllocationAsync(Allocation(sequence, pointer: 7));
        }

        var rows = await Open(There).ReadAllocationsAsync(Account.Budget);
        rows.Select(row => row.Sequence).ShouldBe([1, 2, 3]);
        rows.ShouldAllBe(row => row.Goal!.SequenceEqual(Allocation(1, 7).Goal!));
        (await Open().ReadAllocationsAsync("b-" + Account.Budget)).ShouldBeEmpty();
    }

    [Fact]
    public async Task WriteDemand_KeepsTheLargestTotalOfEachReceiver()
    {
        foreach (var (receiver, total) in new[] { (Here, 5), (Here, 9), (Here, 7), ("ap-south", 2) })
        {
            await Open(receiver).WriteDemandAsync(new TransferDemand(Account, There, receiver, 1, One * total));
        }

        var demand = await Open(There).ReadDemandAsync(Account);

        demand.Select(d => (d.Giver, d.Receiver, d.ReceiverGeneration, d.Total.Requests)).ShouldBe([(There, Here, 1, 9L), (There, "ap-south", 1, 2L)], ignoreOrder: true);
        (await Open().ReadDemandAsync(Account)).ShouldBeEmpty();
    }

    [Fact]
    public async Task ReadDemandHints_NameTheAccountsToTheGiverAlone()
    {
        var (giver, other) = (Open(There), Open());
        var before = (await giver.ReadDemandHintsAsync(-1)).Next;
        var elsewhere = (await other.ReadDemandHintsAsync(-1)).Next;

        await other.WriteDemandAsync(new TransferDemand(Account, There, Here, 1, One));

        var page = await giver.ReadDemandHintsAsync(before);
        page.Hints.ShouldContain(Account);
        page.Next.ShouldBeGreaterThan(before);
        (await giver.ReadDemandHintsAsync(page.Next)).Hints.ShouldNotContain(Account);
        (await other.ReadDemandHintsAsync(elsewhere)).Hints.ShouldNotContain(Account);
    }

    [Fact]
    public async Task ReadSeals_AfterAPosition_GivesThoseOfTheRegionSince()
    {
        var (store, other) = (Open(), Open(There));
        await store.PublishSealAsync(new SealHint(Log, 1));
        var start = await store.ReadSealsAsync(-1);
        var elsewhere = (await other.ReadSealsAsync(-1)).Next;
        start.Hints.ShouldBeEmpty();

        await store.PublishSealAsync(new SealHint(Log, 2));
        await store.PublishSealAsync(new SealHint(Log, 3));

        var page = await Open().ReadSealsAsync(start.Next);
        page.Hints.Where(hint => hint.Log == Log).ShouldBe([new SealHint(Log, 2), new SealHint(Log, 3)]);
        page.Next.ShouldBeGreaterThan(start.Next);
        (await other.ReadSealsAsync(elsewhere)).Hints.ShouldNotContain(hint => hint.Log == Log);
    }

    private AllocationRow Allocation(int sequence, long pointer) => new(
        Account.Budget, sequence, Account.Period, pointer, BudgetUnits.Requests | BudgetUnits.Spend, One * 10,
        [new RegionShare(Here, One * 6), new RegionShare(There, One * 4)], There, pointer % 2 == 0 ? null : [new RegionShare(Here, One * 7), new RegionShare(There, One * 3)]);
}
