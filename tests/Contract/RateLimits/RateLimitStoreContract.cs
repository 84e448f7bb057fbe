using GlobalGateway.Replication.RateLimits;
using Shouldly;
using Xunit;

namespace GlobalGateway.Contract.RateLimits;

/// <summary>What every store of rate limits keeps, whichever server is behind it.</summary>
public abstract class RateLimitStoreContract
{
    private static readonly Gcra Rate = Gcra.Create(10, TimeSpan.FromMinutes(1), 5);

    private readonly string _key = Guid.NewGuid().ToString("n");

    protected abstract IRateLimitStore Store { get; }

    [Fact]
    public async Task Take_UpToTheBurst_IsAdmittedThenRefusedWithTheWait()
    {
        for (var left = 4; left >= 0; left--)
        {
            var decision = await Store.TakeAsync(_key, Rate, 1);
            decision.Admitted.ShouldBeTrue();
            decision.Remaining.ShouldBe(left);
        }

        var refused = await Store.TakeAsync(_key, Rate, 1);

        refused.Admitted.ShouldBeFalse();
        refused.RetryAfter.ShouldBeInRange(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(6));
        refused.ResetAfter.ShouldBeInRange(TimeSpan.FromSeconds(29), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Take_Concurrently_AdmitsExactlyTheBurst()
    {
        var decisions = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Store.TakeAsync(_key, Rate, 1).AsTask()));

        decisions.Count(d => d.Admitted).ShouldBe(5);
    }

    [Fact]
    public async Task Take_MoreThanTheBurst_CountsAsTheBurst()
    {
        (await Store.TakeAsync(_key, Rate, 500)).Admitted.ShouldBeTrue();
        (await Store.TakeAsync(_key, Rate, 1)).Admitted.ShouldBeFalse();
    }

    [Fact]
    public async Task Adjust_Refund_GivesBackAtMostWhatWasTaken()
    {
        await Store.TakeAsync(_key, Rate, 5);
        await Store.AdjustAsync(_key, Rate, -3);

        (await Store.TakeAsync(_key, Rate, 3)).Admitted.ShouldBeTrue();
        (await Store.TakeAsync(_key, Rate, 1)).Admitted.ShouldBeFalse();
        await Store.AdjustAsync(_key, Rate, -1000);
        (await Store.TakeAsync(_key, Rate, 5)).Admitted.ShouldBeTrue();
        (await Store.TakeAsync(_key, Rate, 1)).Admitted.ShouldBeFalse();
    }

    [Fact]
    public async Task Adjust_Debt_DelaysWhatComesNext()
    {
        await Store.AdjustAsync(_key, Rate, 15);

        (await Store.TakeAsync(_key, Rate, 1)).RetryAfter.ShouldBeInRange(TimeSpan.FromSeconds(65), TimeSpan.FromSeconds(66));
    }

    [Fact]
    public async Task Keys_AreApart()
    {
        await Store.TakeAsync(_key, Rate, 5);

        (await Store.TakeAsync(_key + "x", Rate, 5)).Admitted.ShouldBeTrue();
    }
}
