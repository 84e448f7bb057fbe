using FsCheck;
using FsCheck.Fluent;
using GlobalGateway.ControlPlane.Gates;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.ControlPlane.Gates;

public sealed class ExactTestTests
{
    // Fisher's tea: 4 of 4 against 0 of 4 is 1 in 70; 3 of 4 against 1 of 4 is 17 in 70.
    [Theory]
    [InlineData(4, 4, 0, 4, 1.0 / 70)]
    [InlineData(3, 4, 1, 4, 17.0 / 70)]
    [InlineData(0, 10, 5, 10, 1)]
    [InlineData(0, 200, 0, 200, 1)]
    public void WorseByChance_OfKnownTables_IsTheirTail(long newHits, long newTotal, long controlHits, long controlTotal, double expected) =>
        ExactTest.WorseByChance(newHits, newTotal, controlHits, controlTotal).ShouldBe(expected, 1e-12);

    [Fact]
    public void WorseByChance_OfSmallTables_IsTheSumOfWholeNumbers() =>
        Prop.ForAll(Gen.Choose(0, 12).Four().ToArbitrary(), numbers =>
        {
            var (a, b, c, d) = numbers;
            var expected = Tail(a, a + b, c, c + d);
            Math.Abs(ExactTest.WorseByChance(a, a + b, c, c + d) - expected).ShouldBeLessThan(1e-10);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void WorseByChance_OfMillions_IsFiniteAndFalls()
    {
        var even = ExactTest.WorseByChance(1_000, 1_000_000, 9_000, 9_000_000);
        var worse = ExactTest.WorseByChance(1_200, 1_000_000, 9_000, 9_000_000);

        even.ShouldBeInRange(0.4, 0.6);
        worse.ShouldBeInRange(0, 1e-8);
    }

    private static double Tail(int newHits, int newTotal, int controlHits, int controlTotal)
    {
        var hits = newHits + controlHits;
        var sum = 0.0;
        for (var k = newHits; k <= Math.Min(hits, newTotal); k++)
        {
            sum += Choose(newTotal, k) * Choose(controlTotal, hits - k) / Choose(newTotal + controlTotal, hits);
        }

        return sum;
    }

    private static double Choose(int n, int k)
    {
        if (k < 0 || k > n)
        {
            return 0;
        }

        var ways = 1.0;
        for (var i = 1; i <= k; i++)
        {
            ways = ways * (n - k + i) / i;
        }

        return ways;
    }
}
