using GlobalGateway.Replication.Ledger;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.Replication.Ledger;

public class SpendVectorTests
{
    [Fact]
    public void FitsIn_OnePartAbove_IsFalse() =>
        new SpendVector(1, 1, 11).FitsIn(new SpendVector(10, 10, 10)).ShouldBeFalse();

    [Fact]
    public void Add_ThenSubtract_GivesTheFirst() =>
        (new SpendVector(1, 2, 3) + new SpendVector(4, 5, 6) - new SpendVector(4, 5, 6)).ShouldBe(new SpendVector(1, 2, 3));
}
