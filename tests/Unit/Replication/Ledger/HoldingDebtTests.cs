using GlobalGateway.Replication.Ledger;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.Replication.Ledger;

public class HoldingDebtTests
{
    [Fact]
    public void Settle_ThatGivesRightsBack_PaysWhatIsOwedFirst()
    {
        var holding = new Holding(new AccountKey("acme", 0), "edge-1", BudgetUnits.Requests, 1);
        holding.Register(1);
        holding.ReadSeals(1, 0);
        holding.Receive(1, new SpendVector(10, 0, 0));
        List<ReservationPart> dear = [], cheap = [];
        holding.Reserve(new SpendVector(5, 0, 0), dear);
        holding.Reserve(new SpendVector(5, 0, 0), cheap);

        holding.Settle(dear, new SpendVector(8, 0, 0), estimated: false);
        holding.Owed.Requests.ShouldBe(3);
        holding.Settle(cheap, new SpendVector(1, 0, 0), estimated: false);

        holding.Owed.IsZero.ShouldBeTrue();
        holding.Held.Requests.ShouldBe(1);
        holding.CanReserve(new SpendVector(1, 0, 0)).ShouldBeTrue();
        holding.Find(1)!.Spent.Requests.ShouldBe(9);
    }
}
