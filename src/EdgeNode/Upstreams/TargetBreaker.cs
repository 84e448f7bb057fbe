using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Attempts;
using Polly;
using Polly.CircuitBreaker;

namespace GlobalGateway.EdgeNode.Upstreams;

/// <summary>
/// The circuit breaker of one (provider, endpoint, model, credential): it opens on a share of faults, and on a run of them. An open one lets a trial through when its time is up,
/// or before that when a probe found the endpoint well; an answer closes it. An operator may isolate it: then nothing passes.
/// </summary>
public sealed class TargetBreaker
{
    /// <summary>Longest rest after a run of faults before one call tries again; a run may be a moment of bad luck.</summary>
    public static readonly TimeSpan RunRestMax = TimeSpan.FromSeconds(2);

    private readonly CircuitBreakerStateProvider _state = new();
    private readonly CircuitBreakerManualControl _control = new();
    private readonly ResiliencePipeline<AttemptResult> _pipeline;
    private readonly FaultRun _run;
    private int _trials;

    public TargetBreaker(string id, CircuitBreaker options, TimeProvider clock)
    {
        Id = id;
        _run = new FaultRun(options.MinimumRequests, options.BreakFor < RunRestMax ? options.BreakFor : RunRestMax, clock);
        _pipeline = new ResiliencePipelineBuilder<AttemptResult> { TimeProvider = clock }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<AttemptResult>
            {
                FailureRatio = options.FailureRatio,
                MinimumThroughput = options.MinimumRequests,
                SamplingDuration = options.Window,
                BreakDuration = options.BreakFor,
                StateProvider = _state,
                ManualControl = _control,
                ShouldHandle = arguments => ValueTask.FromResult(IsFailure(arguments.Outcome.Result)),
            })
            .Build();
    }

    public string Id { get; }

    public CircuitState State => _state.CircuitState is var state && state == CircuitState.Closed && _run.IsResting ? CircuitState.Open : state;

    /// <summary>Makes the call unless the breaker keeps it from being made: then <see cref="AttemptOutcome.BreakerOpen"/>.</summary>
    public async ValueTask<AttemptResult> ExecuteAsync<TCall>(Func<TCall, ValueTask<AttemptResult>> make, TCall call)
    {
        if (_state.CircuitState == CircuitState.Closed && !_run.TryPass())
        {
            return Interlocked.Exchange(ref _trials, 0) > 0 ? await TryAsync(make, call) : new AttemptResult(AttemptOutcome.BreakerOpen);
        }

        var outcome = await PassAsync(make, call);
        return outcome.Exception switch
        {
            null => outcome.Result,
            IsolatedCircuitException => new AttemptResult(AttemptOutcome.BreakerOpen),
            BrokenCircuitException => Interlocked.Exchange(ref _trials, 0) > 0
                ? await TryAsync(make, call)
                : new AttemptResult(AttemptOutcome.BreakerOpen),
            { } bug => throw bug,
        };
    }

    /// <summary>Counts a fault that came after the attempt had been taken for good, such as a cut stream.</summary>
    public async ValueTask CountFaultAsync(AttemptResult fault) => await PassAsync(static fault => new ValueTask<AttemptResult>(fault), fault);

    /// <summary>A probe found the endpoint well: an open breaker lets the next request through, whatever its time.</summary>
    public void ProbeSucceeded()
    {
        if (State == CircuitState.Open)
        {
            Volatile.Write(ref _trials, 1);
        }
    }

    /// <summary>Nothing passes until <see cref="RestoreAsync"/>, whatever probes and time say.</summary>
    public Task IsolateAsync() => _control.IsolateAsync();

    /// <summary>Closes the breaker.</summary>
    public Task RestoreAsync()
    {
        _run.Reset();
        return _control.CloseAsync();
    }

    private async ValueTask<Outcome<AttemptResult>> PassAsync<TCall>(Func<TCall, ValueTask<AttemptResult>> make, TCall call)
    {
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false);
        var outcome = await _pipeline.ExecuteOutcomeAsync(
            static async (_, state) => Outcome.FromResult(await state.Make(state.Call)), context, (Make: make, Call: call));
        ResilienceContextPool.Shared.Return(context);
        if (outcome.Exception is null)
        {
            _run.Learn(outcome.Result);
        }

        return outcome;
    }

    private async ValueTask<AttemptResult> TryAsync<TCall>(Func<TCall, ValueTask<AttemptResult>> make, TCall call)
    {
        var result = await make(call);
        if (result.Outcome == AttemptOutcome.Ok && State != CircuitState.Isolated)
        {
            await RestoreAsync();
        }

        return result;
    }

    // A trial whose client went away, or that lost a race, has shown nothing: it must not close the breaker.
    private bool IsFailure(in AttemptResult result) =>
        result.IsFault || State == CircuitState.HalfOpen && result.Outcome.SaysNothing();
}
