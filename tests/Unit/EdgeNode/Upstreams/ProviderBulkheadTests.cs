using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Attempts;
using GlobalGateway.EdgeNode.Upstreams;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Upstreams;

public class ProviderBulkheadTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EnterAsync_Full_WaitsInTurnAndRefusesBeyondTheQueue()
    {
        var subject = new ProviderBulkhead(new Bulkhead { Max = 1, Queue = 2 });
        subject.TryEnter().ShouldBeTrue();
        var first = subject.EnterAsync(Long, Cancellation).AsTask();
        var second = subject.EnterAsync(Long, Cancellation).AsTask();

        (await subject.EnterAsync(Long, Cancellation)).ShouldBeFalse();
        subject.Leave();
        (await first).ShouldBeTrue();
        second.IsCompleted.ShouldBeFalse();
        subject.Leave();
        (await second).ShouldBeTrue();
    }

    [Fact]
    public async Task EnterAsync_WaitOver_IsRefusedAndItsPlaceIsNotLost()
    {
        var subject = new ProviderBulkhead(new Bulkhead { Max = 1, Queue = 5 });
        subject.TryEnter();

        (await subject.EnterAsync(TimeSpan.FromMilliseconds(1), Cancellation)).ShouldBeFalse();
        subject.Leave();

        subject.TryEnter().ShouldBeTrue();
        subject.TryEnter().ShouldBeFalse();
    }

    [Fact]
    public void Learn_Adaptive_ShrinksOnOverloadAndGrowsBackWhileFull()
    {
        var subject = new ProviderBulkhead(new Bulkhead { Max = 10, Concurrency = BulkheadConcurrency.Adaptive });
        for (var i = 0; i < 10; i++)
        {
            subject.Learn(AttemptOutcome.RateLimited, 1);
        }

        subject.Limit.ShouldBe(3);
        while (subject.TryEnter())
        {
        }

        for (var i = 0; i < 1000; i++)
        {
            subject.Learn(AttemptOutcome.Ok, 1);
        }

        // Three in flight are half of six: beyond that there is no evidence that more would do.
        subject.Limit.ShouldBe(6);
    }

    [Fact]
    public void Learn_Fixed_Stays()
    {
        var subject = new ProviderBulkhead(new Bulkhead { Max = 10 });
        subject.Learn(AttemptOutcome.RateLimited, 1);

        subject.Limit.ShouldBe(10);
    }
}
