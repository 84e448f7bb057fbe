using System.Diagnostics;
using GlobalGateway.EdgeNode.Dialects;
using GlobalGateway.EdgeNode.Errors;
using GlobalGateway.EdgeNode.Requests;
using GlobalGateway.EdgeNode.Routing;
using GlobalGateway.EdgeNode.Telemetry;

namespace GlobalGateway.EdgeNode.Attempts;

/// <summary>Answers model calls: tries targets, relays the one that commits, and books what it used.</summary>
public sealed class AttemptsMiddleware(RequestDelegate next, TargetPlanner planner, GatewayMetrics metrics)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Gateway();
        return request.Plan.Targets is null ? next(context) : RunAsync(context, request);
    }

    private async Task RunAsync(HttpContext context, GatewayRequest request)
    {
        var loop = new AttemptLoop(context, request, planner, metrics);
        var result = await loop.RunAsync();
        if (result.Outcome == AttemptOutcome.Ok)
        {
            await AnswerAsync(context, request, result.Exchange!, loop.Calls);
        }
        else if (result.Outcome != AttemptOutcome.ClientGone)
        {
            await FailureAnswers.WriteAsync(context, request, result, loop.Calls);
        }
    }

    private async Task AnswerAsync(HttpContext context, GatewayRequest request, UpstreamExchange exchange, int calls)
    {
        using (exchange)
        {
            var target = exchange.Target;
            request.TimeToFirstToken = Stopwatch.GetElapsedTime(request.StartedAt);
            target.State.FirstToken(new RoutingKey(0, request.Facts.InputTokens, 0).PromptBucket).Observe(request.Attempts[^1].Took);
            if (calls > 1)
            {
                metrics.FailedOver(target.Provider.Name);
            }

            var outcome = await AnswerRelay.RelayAsync(context, request, exchange, calls);
            if (request.Operation.IsBilled())
            {
                request.Usage = exchange.Settled(request.Body!.Memory, outcome == AttemptOutcome.Ok);
                request.CostNanoDollars = request.Usage.CostNanoDollars(target.Prices);
            }

            if (outcome == AttemptOutcome.Ok)
            {
                planner.Answered(request, target);
                return;
            }

            request.Attempts[^1] = request.Attempts[^1] with { Outcome = outcome, Took = Stopwatch.GetElapsedTime(request.StartedAt) };
            if (outcome.IsFault())
            {
                metrics.Attempted(target.Provider.Name, outcome, request.Attempts[^1].Took);
                await exchange.Breaker.CountFaultAsync(new AttemptResult(outcome));
            }
        }
    }
}
