using GlobalGateway.EdgeNode.Errors;
using GlobalGateway.EdgeNode.Requests;

namespace GlobalGateway.EdgeNode.Limits;

/// <summary>Enforces the limits that need no body, so that a client over them uploads nothing.</summary>
public sealed class LimitsMiddleware(RequestDelegate next, LimitCheck check)
{
    public Task InvokeAsync(HttpContext context) =>
        context.Gateway().Client!.Limits.Length == 0 ? next(context) : RunAsync(context);

    private async Task RunAsync(HttpContext context)
    {
        var request = context.Gateway();
        await (await check.TakeAsync(request, request.Client!.Limits) is { } refusal
            ? LimitHeaders.RefuseAsync(context, refusal)
            : next(context));
    }
}
