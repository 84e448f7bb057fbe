using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;
using Shouldly;
using Xunit;

namespace GlobalGateway.Contract.Slices;

/// <summary>What every store of slices keeps, whichever server is behind it.</summary>
public abstract class SliceStoreContract
{
    /// <summary>A log of its own for each test, with characters in its names that keys give a meaning to.</summary>
    protected LogKey Log { get; } = new(new AccountKey($"team:{{a}}/b c-{Guid.NewGuid():n}", 1_767_225_600), "us-east", 1);

    protected abstract ISliceStore Store { get; }

    [Fact]
    public async Task Take_FromALoadedSlice_GivesWhatIsWantedUntilItIsEmpty()
    {
        await Store.LoadAsync(Log, 1, new SpendVector(10, 100, 1_000));

        (await TakeAsync(1, new SpendVector(4, 40, 400))).ShouldBe(new SpendVector(4, 40, 400));
        (await TakeAsync(1, new SpendVector(4, 40, 400))).ShouldBe(new SpendVector(4, 40, 400));
        (await TakeAsync(1, new SpendVector(4, 40, 400))).ShouldBe(new SpendVector(2, 20, 200));
        (await TakeAsync(1, new SpendVector(4, 40, 400))).ShouldBe(default);
    }

    [Fact]
    public async Task Take_PartsRunOutApart_GivesWhatIsLeftOfEach()
    {
        await Store.LoadAsync(Log, 1, new SpendVector(1, 100, 0));

        (await TakeAsync(1, new SpendVector(2, 30, 5))).ShouldBe(new SpendVector(1, 30, 0));
        (await TakeAsync(1, new SpendVector(2, 30, 5))).ShouldBe(new SpendVector(0, 30, 0));
    }

    [Fact]
    public async Task Take_TheSameLeaseAgain_AnswersTheSameAndTakesNothing()
    {
        await Store.LoadAsync(Log, 1, new SpendVector(10, 0, 0));
        var lease = Guid.NewGuid();

        var first = await Store.TakeAsync(Log, 1, lease, new SpendVector(7, 0, 0));
        var second = await Store.TakeAsync(Log, 1, lease, new SpendVector(9, 0, 0));

        second.ShouldBe(first);
        (await TakeAsync(1, new SpendVector(10, 0, 0))).ShouldBe(new SpendVector(3, 0, 0));
    }

    [Fact]
    public async Task Take_WhatWasNeverLoaded_GivesNothing()
    {
        (await Store.TakeAsync(Log, 1, Guid.NewGuid(), new SpendVector(1, 1, 1))).ShouldBe(default);
    }

    [Fact]
    public async Task Load_OverASliceThatIsThere_ChangesNothing()
    {
        await Store.LoadAsync(Log, 1, new SpendVector(5, 0, 0));
        await TakeAsync(1, new SpendVector(5, 0, 0));

        await Store.LoadAsync(Log, 1, new SpendVector(5, 0, 0));

        (await TakeAsync(1, new SpendVector(1, 0, 0))).ShouldBe(default);
    }

    [Fact]
    public async Task EpochsAndLogs_AreApart()
    {
        await Store.LoadAsync(Log, 1, new SpendVector(5, 0, 0));

        (await TakeAsync(2, new SpendVector(1, 0, 0))).ShouldBe(default);
        (await Store.TakeAsync(Log with { Generation = 2 }, 1, Guid.NewGuid(), new SpendVector(1, 0, 0))).Amount.ShouldBe(default);
        (await Store.TakeAsync(Log with { Region = "eu" }, 1, Guid.NewGuid(), new SpendVector(1, 0, 0))).Amount.ShouldBe(default);
    }

    [Fact]
    public async Task Seal_EndsItsEpochAndThoseBefore_AndIsToldToThoseWhoAsk()
    {
        foreach (var epoch in new[] { 1, 2, 3 })
        {
            await Store.LoadAsync(Log, epoch, new SpendVector(5, 0, 0));
        }

        await Store.SealAsync(Log, 2);
        await Store.SealAsync(Log, 1);

        foreach (var epoch in new[] { 1, 2 })
        {
            (await Store.TakeAsync(Log, epoch, Guid.NewGuid(), new SpendVector(1, 0, 0))).ShouldBe(new SliceLease(default, 2));
        }

        (await Store.TakeAsync(Log, 3, Guid.NewGuid(), new SpendVector(1, 0, 0))).ShouldBe(new SliceLease(new SpendVector(1, 0, 0), 2));
    }

    [Fact]
    public async Task Amounts_BeyondWhatDoublesCanTell_AreExact()
    {
        const long most = long.MaxValue;
        const long notADouble = (1L << 53) + 1;
        await Store.LoadAsync(Log, 1, new SpendVector(most, notADouble, 9_000_000_000_000_000_123));

        (await TakeAsync(1, new SpendVector(1, 1, 100))).ShouldBe(new SpendVector(1, 1, 100));
        (await TakeAsync(1, new SpendVector(most - 2, notADouble, 23))).ShouldBe(new SpendVector(most - 2, notADouble - 1, 23));
        (await TakeAsync(1, new SpendVector(most, most, most))).ShouldBe(new SpendVector(1, 0, 9_000_000_000_000_000_000));
        (await TakeAsync(1, new SpendVector(most, most, most))).ShouldBe(default);
    }

    [Fact]
    public async Task Take_ByManyAtOnce_GivesEachUnitOnce()
    {
        await Store.LoadAsync(Log, 1, new SpendVector(1_000, 77_777, 0));

        var leases = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Store.TakeAsync(Log, 1, Guid.NewGuid(), new SpendVector(7, 500, 0)).AsTask()));

        leases.Aggregate(SpendVector.Zero, (sum, lease) => sum + lease.Amount).ShouldBe(new SpendVector(1_000, 77_777, 0));
    }

    private async Task<SpendVector> TakeAsync(int epoch, SpendVector want) => (await Store.TakeAsync(Log, epoch, Guid.NewGuid(), want)).Amount;
}
