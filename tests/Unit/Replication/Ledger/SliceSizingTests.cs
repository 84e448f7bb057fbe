using GlobalGateway.Replication.Ledger;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.Replication.Ledger;

public class SliceSizingTests
{
    [Theory]
    [InlineData(1_000, 1_000, 1, 0, 1, 10, "a hundredth of the share at least")]
    [InlineData(1_000, 1_000, 1, 200, 1, 200, "what is expected to be spent")]
    [InlineData(1_000, 1_000, 1, 900, 1, 500, "half of what is left at most")]
    [InlineData(1_000, 1_000, 1, 900, 4, 125, "less where others need some too")]
    [InlineData(20, 1_000, 15, 900, 4, 15, "what somebody waits for, near the end")]
    [InlineData(1, 1_000, 1, 900, 4, 1, "the last one")]
    [InlineData(8, 1_000, 0, 900, 1, 4, "half of the rest, ahead of need")]
    public void Next_Amount(long available, long share, long need, long wish, int edges, long granted, string why) =>
        SliceSizing.Next(N(available), N(share), N(need), N(wish), edges).ShouldBe(N(granted), why);

    private static SpendVector N(long amount) => new(amount, amount * 2, 0);
}
