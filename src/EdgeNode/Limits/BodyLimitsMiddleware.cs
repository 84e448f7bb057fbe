using GlobalGateway.EdgeNode.Requests;

namespace GlobalGateway.EdgeNode.Limits;

/// <summary>Enforces the limits of certain models and of tokens, and settles the tokens when the answer is known.</summary>
public sealed class BodyLimitsMiddleware(RequestDelegate next, LimitCheck check)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Gateway();
        return request.Model is null || request.Client!.BodyLimits.Length == 0 ? next(context) : RunAsync(context, request);
    }

    private async Task RunAsync(HttpContext context, GatewayRequest request)
    {
        if (await check.TakeAsync(request, request.Client!.BodyLimits) is { } refusal)
        {
            await LimitHeaders.RefuseAsync(context, refusal);
            return;
        }

        try
        {
            await next(context);
        }
        finally
        {
            await check.SettleAsync(request);
        }
    }
}
