using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Attempts;
using GlobalGateway.EdgeNode.Upstreams;
using GlobalGateway.Testing;
using Polly.CircuitBreaker;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Upstreams;

public class TargetBreakerTests
{
    private const int HealthyBefore = 1_000;

    private static readonly CircuitBreaker Options = new();

    private readonly ManualClock _clock = new();
    private readonly TargetBreaker _subject;
    private int _made;

    public TargetBreakerTests() => _subject = new TargetBreaker("t", Options, _clock);

    private async Task<AttemptOutcome> CallAsync(AttemptOutcome outcome, int times = 1)
    {
        var last = AttemptOutcome.Ok;
        for (var i = 0; i < times; i++)
        {
            last = (await _subject.ExecuteAsync(Make, outcome)).Outcome;
        }

        return last;
    }

    private ValueTask<AttemptResult> Make(AttemptOutcome outcome)
    {
        _made++;
        return ValueTask.FromResult(new AttemptResult(outcome));
    }

    [Fact]
    public async Task Faults_InARow_OpenItWhateverCameBefore()
    {
        await CallAsync(AttemptOutcome.Ok, HealthyBefore);
        await CallAsync(AttemptOutcome.ServerError, 500);

        _made.ShouldBe(HealthyBefore + Options.MinimumRequests);
        _subject.State.ShouldBe(CircuitState.Open);
        (await CallAsync(AttemptOutcome.Ok)).ShouldBe(AttemptOutcome.BreakerOpen);
    }

    [Fact]
    public async Task Faults_AmongAnswers_DoNotOpenItBelowTheirShare()
    {
        for (var i = 0; i < 100; i++)
        {
            await CallAsync(AttemptOutcome.ServerError);
            await CallAsync(AttemptOutcome.Ok, 2);
        }

        _made.ShouldBe(300);
        _subject.State.ShouldBe(CircuitState.Closed);
    }

    [Fact]
    public async Task Rest_OfARun_EndsWithOneTrialAtATimeUntilOneAnswers()
    {
        await CallAsync(AttemptOutcome.Ok, HealthyBefore);
        await CallAsync(AttemptOutcome.ServerError, Options.MinimumRequests);
        _clock.Advance(TargetBreaker.RunRestMax);

        (await CallAsync(AttemptOutcome.ServerError)).ShouldBe(AttemptOutcome.ServerError);
        (await CallAsync(AttemptOutcome.Ok)).ShouldBe(AttemptOutcome.BreakerOpen);
        _clock.Advance(TargetBreaker.RunRestMax);
        (await CallAsync(AttemptOutcome.Ok)).ShouldBe(AttemptOutcome.Ok);
        (await CallAsync(AttemptOutcome.Ok)).ShouldBe(AttemptOutcome.Ok);
        _subject.State.ShouldBe(CircuitState.Closed);
    }

    [Fact]
    public async Task Probe_ThatSucceeded_EndsTheRestOfARun()
    {
        await CallAsync(AttemptOutcome.Ok, HealthyBefore);
        await CallAsync(AttemptOutcome.ServerError, Options.MinimumRequests);

        _subject.ProbeSucceeded();

        (await CallAsync(AttemptOutcome.Ok)).ShouldBe(AttemptOutcome.Ok);
        _subject.State.ShouldBe(CircuitState.Closed);
    }

    [Fact]
    public async Task Operator_Restores_EndsTheRestOfARun()
    {
        await CallAsync(AttemptOutcome.Ok, HealthyBefore);
        await CallAsync(AttemptOutcome.ServerError, Options.MinimumRequests);

        await _subject.RestoreAsync();

        (await CallAsync(AttemptOutcome.Ok)).ShouldBe(AttemptOutcome.Ok);
    }
}
