using GlobalGateway.Replication.Ledger;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.Replication.Ledger;

public class HoldingTests
{
    private readonly Holding _holding = new(new AccountKey("acme", 0), "i1", BudgetUnits.Requests | BudgetUnits.Tokens, 1);
    private readonly List<ReservationPart> _parts = [];

    [Fact]
    public void Receive_BeforeSealsWereRead_IsNotUsable()
    {
        _holding.Register(1);
        _holding.Usable(1).ShouldBeFalse();

        _holding.ReadSeals(1, 0);

        _holding.Usable(1).ShouldBeTrue();
    }

    [Fact]
    public void Receive_SealedMeanwhile_IsGivenUp()
    {
        _holding.Register(1);
        _holding.ReadSeals(1, 1);

        _holding.Receive(1, N(10)).ShouldBeFalse();
        _holding.Held.ShouldBe(default);
    }

    [Fact]
    public void Reserve_OverTwoEpochs_TakesTheOlderFirst()
    {
        Lease(1, 10);
        Lease(2, 10);

        _holding.Reserve(N(14), _parts);

        _parts.Select(part => (part.Epoch.Epoch, part.Amount.Requests)).ShouldBe([(1, 10), (2, 4)]);
        _holding.Held.ShouldBe(N(6));
    }

    [Fact]
    public void CanReserve_OneUnitShort_IsFalse()
    {
        Lease(1, 10);

        _holding.CanReserve(new SpendVector(1, 11, 0)).ShouldBeFalse();
        _holding.CanReserve(new SpendVector(10, 10, 0)).ShouldBeTrue();
    }

    [Fact]
    public void Settle_LessThanReserved_GivesTheRestBack()
    {
        Lease(1, 10);
        _holding.Reserve(N(8), _parts);

        _holding.Settle(_parts, N(3), estimated: false);

        _holding.Held.ShouldBe(N(7));
        Row(1).Used.ShouldBe(N(3));
        Row(1).Estimated.ShouldBe(default);
    }

    [Fact]
    public void Settle_InAFencedEpoch_GivesNothingBack()
    {
        Lease(1, 10);
        _holding.Reserve(N(8), _parts);
        _holding.FenceOwn(1);
        Row(1).Cap.ShouldBe(N(8));
        Row(1).Final.ShouldBeFalse();

        _holding.Settle(_parts, N(3), estimated: false);

        _holding.Held.ShouldBe(default);
        Row(1).Used.ShouldBe(N(3));
        Row(1).Final.ShouldBeTrue();
    }

    [Fact]
    public void Settle_BeyondTheReservation_TakesWhatIsHeldAtOnce()
    {
        Lease(1, 10);
        _holding.Reserve(N(4), _parts);

        _holding.Settle(_parts, N(7), estimated: false);

        _holding.Held.ShouldBe(N(3));
        _holding.Owed.ShouldBe(default);
        Row(1).Used.ShouldBe(N(7));
    }

    [Fact]
    public void Settle_BeyondAllThatIsHeld_AdmitsNothingUntilALeaseCoversIt()
    {
        Lease(1, 4);
        _holding.Reserve(N(4), _parts);

        _holding.Settle(_parts, N(9), estimated: false);

        _holding.Owed.ShouldBe(N(5));
        _holding.CanReserve(default).ShouldBeFalse();
        Lease(2, 6);
        _holding.Owed.ShouldBe(default);
        _holding.Held.ShouldBe(N(1));
        Row(1).Used.ShouldBe(N(4));
        Row(2).Used.ShouldBe(N(5));
    }

    [Fact]
    public void Settle_OwedAndTheEpochEnds_TheEpochCostsIt()
    {
        Lease(1, 4);
        _holding.Reserve(N(4), _parts);
        _holding.Settle(_parts, N(9), estimated: false);
        _holding.FenceOwn(1);
        var epoch = _holding.Find(1)!;
        Row(1).Final.ShouldBeFalse();

        _holding.MayBook(epoch).ShouldBeTrue();
        _holding.BookOwed(epoch);

        Row(1).Used.ShouldBe(N(9));
        Row(1).Final.ShouldBeTrue();
        _holding.Owed.ShouldBe(default);
    }

    [Fact]
    public void Settle_Unknown_IsFlaggedWhole()
    {
        Lease(1, 10);
        _holding.Reserve(N(8), _parts);

        _holding.Settle(_parts, N(8), estimated: true);

        Row(1).Estimated.ShouldBe(N(8));
    }

    [Fact]
    public void Settle_UnitsThatAreNotCounted_AreLeftOut()
    {
        Lease(1, 10);
        _holding.Reserve(N(2), _parts);

        _holding.Settle(_parts, new SpendVector(1, 1, 1_000_000), estimated: false);

        Row(1).Used.ShouldBe(new SpendVector(1, 1, 0));
    }

    [Fact]
    public void Reported_Final_EpochIsForgotten()
    {
        Lease(1, 10);
        _holding.FenceOwn(1);

        _holding.Reported(Row(1));

        _holding.Epochs.ShouldBeEmpty();
    }

    [Fact]
    public void Due_NothingNew_IsNothing()
    {
        Lease(1, 10);
        _holding.Reserve(N(2), _parts);
        _holding.Settle(_parts, N(2), estimated: false);

        _holding.Reported(Row(1));

        _holding.Due(_holding.Find(1)!).ShouldBeNull();
    }

    [Fact]
    public void ReportAgain_WhatWasAcknowledged_IsDueOnceMore()
    {
        Lease(1, 10);
        _holding.Reserve(N(2), _parts);
        _holding.Settle(_parts, N(2), estimated: false);
        _holding.Reported(Row(1));

        _holding.ReportAgain();

        Row(1).Used.ShouldBe(N(2));
    }

    [Fact]
    public void Due_RegisteredOnly_IsLeftToWhoRegisters()
    {
        _holding.Register(1);

        _holding.Due(_holding.Find(1)!).ShouldBeNull();
    }

    private static SpendVector N(long amount) => new(amount, amount, 0);

    private UsedRow Row(int epoch) => _holding.Due(_holding.Find(epoch)!)!;

    private void Lease(int epoch, long amount)
    {
        _holding.Register(epoch);
        _holding.ReadSeals(epoch, 0);
        _holding.Receive(epoch, N(amount)).ShouldBeTrue();
    }
}
