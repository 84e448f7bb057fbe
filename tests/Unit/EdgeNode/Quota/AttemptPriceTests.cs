using FsCheck;
using FsCheck.Fluent;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.Contracts.Values;
using GlobalGateway.EdgeNode.Metering;
using GlobalGateway.EdgeNode.Quota;
using GlobalGateway.Replication.Ledger;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Quota;

public sealed class AttemptPriceTests
{
    private static readonly Prices Prices = new()
    {
        Input = new NanoDollars(150_000_000),
        CachedInput = new NanoDollars(75_000_000),
        CacheWrite = new NanoDollars(190_000_000),
        Output = new NanoDollars(600_000_000),
        Reasoning = new NanoDollars(700_000_000),
        Request = new NanoDollars(1_000),
    };

    [Fact]
    public void For_AnyUsageWithinIt_CostsNoMore() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(500),
        Prop.ForAll(
            Gen.Choose(0, 100_000).Four().ToArbitrary(),
            shares =>
            {
                var (input, cacheWrite, output, reasoning) = shares;
                var price = AttemptPrice.Of(Prices, input + cacheWrite, answers: 1);
                var usage = new Usage { Input = input, CacheWrite = cacheWrite, Output = output, Reasoning = reasoning };

                var reserved = price.For(output + reasoning);

                reserved.NanoDollars.ShouldBeGreaterThanOrEqualTo(usage.CostNanoDollars(Prices));
                reserved.Tokens.ShouldBeGreaterThanOrEqualTo(usage.TotalTokens);
            }));

    [Fact]
    public void OutputWithin_AnyAmount_IsTheLongestAnswerThatFits() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(500),
        Prop.ForAll(
            Gen.Choose(0, 50_000).Zip(Gen.Choose(1, 20)).Zip(Gen.Choose(0, 2_000_000_000)).ToArbitrary(),
            drawn =>
            {
                var ((input, answers), nano) = drawn;
                var price = AttemptPrice.Of(Prices, input, answers);
                var affordable = new SpendVector(1, 0, nano);

                var most = price.OutputWithin(affordable, BudgetUnits.Spend);

                if (most < 0)
                {
                    price.For(0).NanoDollars.ShouldBeGreaterThan(nano);
                    return;
                }

                price.For(most).NanoDollars.ShouldBeLessThanOrEqualTo(nano);
                price.For(most + 1).NanoDollars.ShouldBeGreaterThan(nano);
            }));
}
