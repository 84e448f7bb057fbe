using System.Diagnostics;
using GlobalGateway.EdgeNode.Dialects;
using GlobalGateway.EdgeNode.Errors;
using GlobalGateway.EdgeNode.Metering;
using GlobalGateway.EdgeNode.Quota;
using GlobalGateway.EdgeNode.Requests;
using GlobalGateway.EdgeNode.Routing;
using GlobalGateway.EdgeNode.Telemetry;
using GlobalGateway.EdgeNode.Translation;

namespace GlobalGateway.EdgeNode.Attempts;

/// <summary>Answers model calls: tries targets, relays the one that commits, and books what it used.</summary>
public sealed class AttemptsMiddleware(RequestDelegate next, TargetPlanner planner, GatewayMetrics metrics, QuotaDesk quota)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Gateway();
        return request.Plan.Targets is null ? next(context) : RunAsync(context, request);
    }

    private async Task RunAsync(HttpContext context, GatewayRequest request)
    {
        var loop = new AttemptLoop(context, request, planner, metrics, quota.Open(request));
        var run = loop.RunAsync();
        var keepAliveAfter = request.Model!.Resource.KeepAliveAfter;
        var result = !run.IsCompleted && request.IsStream && keepAliveAfter > TimeSpan.Zero && !KeepAlive.For(request.Operation).IsEmpty
            ? await KeepAlive.WaitAsync(context, request, run.AsTask(), keepAliveAfter)
            : await run;
        if (result.Outcome == AttemptOutcome.Ok)
        {
            await AnswerAsync(context, request, result.Exchange!, loop);
        }
        else if (result.Outcome != AttemptOutcome.ClientGone)
        {
            await FailureAnswers.WriteAsync(context, request, result, loop.Calls);
        }

        await loop.SettleAsync();
        foreach (var target in loop.Abandoned)
        {
            // Its provider has the prompt and bills it, whoever has gone since.
            Book(request, target, new Usage { Input = TokenEstimator.OfRequest(request.Body!.Span), Estimated = true });
        }
    }

    private async Task AnswerAsync(HttpContext context, GatewayRequest request, UpstreamExchange exchange, AttemptLoop loop)
    {
        request.TimeToFirstToken = Stopwatch.GetElapsedTime(request.StartedAt);
        if (loop.Calls > 1)
        {
            metrics.FailedOver(exchange.Target.Provider.Name);
        }

        for (var continued = 0; ; continued++)
        {
            var outcome = await RelayAsync(context, request, exchange, loop.Calls);
            if (outcome is AttemptOutcome.Ok or AttemptOutcome.ClientGone or AttemptOutcome.BudgetUsedUp)
            {
                return;
            }

            if (continued == AttemptLimits.ContinuationsMax || exchange.Passage is not Transcoder { Begun: not null } begun
                || await loop.ContinueAsync(begun, exchange.Target) is not { Exchange: { } next })
            {
                await AnswerRelay.EndAbnormallyAsync(context, request, AnswerRelay.Interrupted(outcome));
                return;
            }

            exchange = next;
        }
    }

    /// <summary>Relays what one target answers, and books it.</summary>
    private async ValueTask<AttemptOutcome> RelayAsync(HttpContext context, GatewayRequest request, UpstreamExchange exchange, int calls)
    {
        using (exchange)
        {
            var target = exchange.Target;
            var outcome = await AnswerRelay.RelayAsync(context, exchange, calls);
            request.StreamEvents = exchange.Passage?.Numbered ?? 0;
            var usage = exchange.Settled(request.Body!.Memory, outcome == AttemptOutcome.Ok);
            Book(request, target, usage);
            exchange.Charge?.Settle(usage);
            if (outcome == AttemptOutcome.Ok)
            {
                planner.Answered(request, target);
                return outcome;
            }

            var record = request.Attempts[exchange.Record] with { Outcome = outcome, Took = Stopwatch.GetElapsedTime(request.StartedAt) };
            request.Attempts[exchange.Record] = record;
            if (outcome.IsFault())
            {
                metrics.Attempted(target.Provider.Name, outcome, record.Took);
                await exchange.Breaker.CountFaultAsync(new AttemptResult(outcome));
            }

            return outcome;
        }
    }

    private static void Book(GatewayRequest request, ModelEndpoint target, in Usage usage)
    {
        if (request.Operation.IsBilled())
        {
            request.Usage = request.Usage.Plus(usage);
            request.CostNanoDollars += usage.CostNanoDollars(target.Prices);
        }
    }
}
