using System.Diagnostics;
using GlobalGateway.EdgeNode.Attempts;
using GlobalGateway.EdgeNode.Errors;
using GlobalGateway.EdgeNode.Requests;

namespace GlobalGateway.EdgeNode.ResponseState;

/// <summary>Asks the target that holds a stored response for it, deletes or cancels it there; another target is never asked.</summary>
public sealed class StoredResponsesMiddleware(RequestDelegate next, ResponseIds ids)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Gateway();
        if (request.StoredResponse is not { } stored)
        {
            return next(context);
        }

        if (ResponseLocator.Find(request, stored.Id, ids, null, out var pin) is { } error)
        {
            return ErrorWriter.WriteAsync(context, error);
        }

        request.Responses = new ResponseScope(ids, request) { Pin = pin };
        return RunAsync(context, request, pin!);
    }

    private static async Task RunAsync(HttpContext context, GatewayRequest request, ResponsePin pin)
    {
        var target = pin.Target;
        if (!target.Provider.Bulkhead.TryEnter() && !await target.Provider.Bulkhead.EnterAsync(AttemptLimits.BulkheadWaitMax, context.RequestAborted))
        {
            await ErrorWriter.WriteAsync(context, new GatewayError(503, "no_target_available", $"{target.Provider.Name}, which holds the response, is at its limit of calls. Try again shortly.")
                { RetryAfter = TimeSpan.FromSeconds(1) });
            return;
        }

        var startedAt = Stopwatch.GetTimestamp();
        target.State.Begin();
        using var call = new StoredResponseCall(context, request, pin);
        var outcome = await call.RunAsync();
        request.Attempts.Add(new AttemptRecord(target.Id, outcome, Stopwatch.GetElapsedTime(startedAt)));
    }
}
