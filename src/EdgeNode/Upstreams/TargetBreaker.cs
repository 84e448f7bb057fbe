using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Attempts;
using Polly;
using Polly.CircuitBreaker;

namespace GlobalGateway.EdgeNode.Upstreams;

/// <summary>The circuit breaker of one (provider, endpoint, model, credential).</summary>
public sealed class TargetBreaker
{
    private readonly CircuitBreakerStateProvider _state = new();

    public TargetBreaker(string id, CircuitBreaker options, TimeProvider clock)
    {
        Id = id;
        Pipeline = new ResiliencePipelineBuilder<AttemptResult> { TimeProvider = clock }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<AttemptResult>
            {
                FailureRatio = options.FailureRatio,
                MinimumThroughput = options.MinimumRequests,
                SamplingDuration = options.Window,
                BreakDuration = options.BreakFor,
                StateProvider = _state,
                ShouldHandle = static arguments => ValueTask.FromResult(arguments.Outcome.Result.IsFault),
            })
            .Build();
    }

    public string Id { get; }

    public ResiliencePipeline<AttemptResult> Pipeline { get; }

    public CircuitState State => _state.CircuitState;

    /// <summary>Counts a fault that came after the attempt had been taken for good, such as a cut stream.</summary>
    public async ValueTask CountFaultAsync(AttemptResult fault)
    {
        var context = ResilienceContextPool.Shared.Get();
        await Pipeline.ExecuteOutcomeAsync(static (_, fault) => new ValueTask<Outcome<AttemptResult>>(Outcome.FromResult(fault)), context, fault);
        ResilienceContextPool.Shared.Return(context);
    }
}
