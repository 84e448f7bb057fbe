using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Attempts;
using GlobalGateway.EdgeNode.Upstreams;
using GlobalGateway.Testing;
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

    [Fact]
    public void Learn_FirstTokensSlowerThanUsual_ShrinksByThatAndNotBelowHalfAtOnce()
    {
        var subject = new ProviderBulkhead(new Bulkhead { Max = 100, Concurrency = BulkheadConcurrency.Adaptive });
        for (var i = 0; i < 200; i++)
        {
            subject.Learn(AttemptOutcome.Ok, 1);
        }

        subject.Limit.ShouldBe(100);
        var steps = new List<int>();
        for (var i = 0; i < 100; i++)
        {
            subject.Learn(AttemptOutcome.Ok, 3);
            steps.Add(subject.Limit);
        }

        steps.Last().ShouldBeLessThan(40);
        steps.Zip(steps.Skip(1)).ShouldAllBe(pair => pair.Second >= pair.First / 2);
    }

    [Fact]
    public async Task Enter_QueueSlowerThanTheWaitAllows_IsRefusedAtOnce()
    {
        var clock = new ManualClock();
        var subject = new ProviderBulkhead(new Bulkhead { Max = 1, Queue = 100 }, clock);
        subject.TryEnter().ShouldBeTrue();
        // Places come free every 20 ms while somebody waits, so ten in the queue need longer than 50 ms.
        for (var i = 0; i < 40; i++)
        {
            var waiting = subject.EnterAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            clock.Advance(TimeSpan.FromMilliseconds(20));
            subject.Leave();
            (await waiting).ShouldBeTrue();
        }

        var queue = Enumerable.Range(0, 10).Select(_ => subject.EnterAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken).AsTask()).ToArray();
        var refused = subject.EnterAsync(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken);

        refused.IsCompletedSuccessfully.ShouldBeTrue();
        (await refused).ShouldBeFalse();
        foreach (var place in queue)
        {
            subject.Leave();
            (await place).ShouldBeTrue();
        }
    }
}
