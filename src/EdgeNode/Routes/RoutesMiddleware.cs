using System.Diagnostics;
using GlobalGateway.EdgeNode.Admission;
using GlobalGateway.EdgeNode.Attempts;
using GlobalGateway.EdgeNode.Errors;
using GlobalGateway.EdgeNode.Limits;
using GlobalGateway.EdgeNode.Quota;
using GlobalGateway.EdgeNode.Requests;
using GlobalGateway.EdgeNode.Routing;
using GlobalGateway.EdgeNode.Telemetry;
using Yarp.ReverseProxy.Forwarder;

namespace GlobalGateway.EdgeNode.Routes;

/// <summary>Forwards plain services through YARP, with the same strategies, breakers and failover as models.</summary>
public sealed class RoutesMiddleware(RequestDelegate next, IHttpForwarder forwarder, AdmissionGate gate, GatewayMetrics metrics, QuotaDesk quota)
{
    /// <summary>Smaller bodies are kept, so that another endpoint can be tried.</summary>
    private const long ReplayBytesMax = 1024 * 1024;

    public Task InvokeAsync(HttpContext context) =>
        context.Gateway().Route is { } route ? RunAsync(context, route) : next(context);

    private async Task RunAsync(HttpContext context, CompiledRoute route)
    {
        if (!route.Bulkhead.TryEnter() && !await route.Bulkhead.EnterAsync(AttemptLimits.BulkheadWaitMax, context.RequestAborted))
        {
            await ErrorWriter.WriteAsync(context, Unavailable(route, "at its limit of requests in flight"));
            return;
        }

        try
        {
            await TryEndpointsAsync(context, context.Gateway(), route);
        }
        finally
        {
            route.Bulkhead.Leave();
        }
    }

    private async Task TryEndpointsAsync(HttpContext context, GatewayRequest request, CompiledRoute route)
    {
        using var body = new RequestBody(gate);
        var replayable = await KeepBodyAsync(context, body);
        var charges = quota.Open(request);
        var calls = 0;
        foreach (var target in route.Plan(new RoutingKey(ClientAddress.HashOf(context), 0, 0)))
        {
            AttemptCharge? charge = null;
            if (charges is not null)
            {
                (charge, var refusal) = await charges.ReserveAsync("service", route.Resource.Cost.PerRequest.Value, context.RequestAborted);
                if (refusal is not null)
                {
                    LimitHeaders.Write(context);
                    await ErrorWriter.WriteAsync(context, BudgetAnswers.Describe(refusal, request.Dialect));
                    return;
                }
            }

            using var charged = charge;
            var outcome = await ForwardAsync(context, request, route, target, charge, calls + 1);
            End(charge, outcome);
            if (outcome == AttemptOutcome.BreakerOpen)
            {
                continue;
            }

            calls++;
            if (!outcome.IsFault() || context.Response.HasStarted)
            {
                return;
            }

            if (!replayable || calls >= AttemptLimits.CallsMax)
            {
                break;
            }

            context.Request.Body.Position = 0;
            context.Response.Clear();
            ResponseIdentity.Write(context, request);
        }

        if (!context.Response.HasStarted)
        {
            var last = request.Attempts.Count > 0 ? request.Attempts[^1].Outcome : AttemptOutcome.BreakerOpen;
            await ErrorWriter.WriteAsync(context, last.IsTimeout()
                ? new GatewayError(504, "upstream_timeout", $"The service {route.Name} did not answer in time. Try again.")
                : calls == 0 ? Unavailable(route, "failing") : new GatewayError(502, "upstream_failed", $"The service {route.Name} could not answer. Try again."));
        }
    }

    private async ValueTask<AttemptOutcome> ForwardAsync(HttpContext context, GatewayRequest request, CompiledRoute route, ServiceTarget target, AttemptCharge? charge, int calls)
    {
        var startedAt = Stopwatch.GetTimestamp();
        target.State.Begin();
        AnswerRelay.WriteHeaders(context, target.Id, null, calls);
        var result = await target.Breaker.ExecuteAsync(
            static async call =>
            {
                call.Charge?.Sent();
                var error = await call.Forwarder.SendAsync(call.Context, call.Target.Url, call.Route.Invoker, call.Route.RequestConfig, call.Route.Transformer);
                return new AttemptResult(OutcomeOf(error, call.Context));
            },
            (Forwarder: forwarder, Context: context, Target: target, Route: route, Charge: charge));
        target.State.End();
        var outcome = result.Outcome;
        var took = Stopwatch.GetElapsedTime(startedAt);
        var slowness = outcome == AttemptOutcome.Ok ? target.State.FirstTokens(default).Observe(took) : 0;
        request.Attempts.Add(new AttemptRecord(target.Id, outcome, took));
        request.CostNanoDollars = outcome == AttemptOutcome.Ok ? route.Resource.Cost.PerRequest.Value : 0;
        route.Bulkhead.Learn(outcome, slowness);
        metrics.Attempted(route.Name, outcome, took);
        return outcome;
    }

    /// <summary>A service's price is the gateway's own: what it did not answer costs nothing, unless nobody knows whether it did the work.</summary>
    private static void End(AttemptCharge? charge, AttemptOutcome outcome)
    {
        switch (outcome)
        {
            case AttemptOutcome.Ok:
                charge?.Settle(default);
                break;
            case AttemptOutcome.Cut or AttemptOutcome.ClientGone or AttemptOutcome.TimeoutTotal:
                charge?.SettleUnknown();
                break;
            default:
                charge?.Return();
                break;
        }
    }

    private static AttemptOutcome OutcomeOf(ForwarderError error, HttpContext context) => error switch
    {
        ForwarderError.None => context.Response.StatusCode >= 500 ? AttemptOutcome.ServerError : AttemptOutcome.Ok,
        ForwarderError.RequestTimedOut => AttemptOutcome.TimeoutTotal,
        ForwarderError.RequestCanceled or ForwarderError.RequestBodyCanceled or ForwarderError.RequestBodyClient
            or ForwarderError.ResponseBodyCanceled or ForwarderError.ResponseBodyClient => AttemptOutcome.ClientGone,
        ForwarderError.ResponseBodyDestination => AttemptOutcome.Cut,
        _ => AttemptOutcome.ConnectFailed,
    };

    /// <summary>Keeps a small body for another try; true when the request can be sent again.</summary>
    private static async ValueTask<bool> KeepBodyAsync(HttpContext context, RequestBody body)
    {
        var length = context.Request.ContentLength;
        if (length is null && context.Request.Headers.TransferEncoding.Count > 0 || length > ReplayBytesMax)
        {
            return false;
        }

        if (length is > 0)
        {
            if (await BodyReader.CopyAsync(context.Request.Body, (int)length.Value, body, context.RequestAborted) is not null)
            {
                return false;
            }
        }

        context.Request.Body = new MemoryStream(body.Memory.ToArray(), writable: false);
        return true;
    }

    private static GatewayError Unavailable(CompiledRoute route, string why) =>
        new(503, "service_unavailable", $"The service {route.Name} is {why}. Try again shortly.") { RetryAfter = TimeSpan.FromSeconds(1) };
}
