using GlobalGateway.EdgeNode.Upstreams;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Upstreams;

public class RetryBudgetTests
{
    [Fact]
    public void TryTake_EveryRequestFails_StaysBelowTheShare()
    {
        var subject = new RetryBudget(0.10);
        var repeats = 0;
        for (var i = 0; i < 1000; i++)
        {
            subject.OnRequest();
            repeats += subject.TryTake() ? 1 : 0;
        }

        repeats.ShouldBeInRange(100, 100 + RetryBudget.Burst);
    }

    [Fact]
    public void TryTake_NoShare_NeverAllows() => new RetryBudget(0).TryTake().ShouldBeFalse();
}
