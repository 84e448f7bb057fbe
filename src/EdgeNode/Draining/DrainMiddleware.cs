using Microsoft.AspNetCore.Connections.Features;

namespace GlobalGateway.EdgeNode.Draining;

/// <summary>While the edge goes down, tells each client with its answer to come back elsewhere: <c>Connection: close</c>, or GOAWAY.</summary>
public sealed class DrainMiddleware(RequestDelegate next, DrainState state)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (state.IsDraining)
        {
            context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        }

        return next(context);
    }
}
