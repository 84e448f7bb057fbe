using GlobalGateway.EdgeNode.Dialects;
using GlobalGateway.EdgeNode.Errors;
using GlobalGateway.EdgeNode.Requests;
using GlobalGateway.EdgeNode.Routing;

namespace GlobalGateway.EdgeNode.ResponseState;

/// <summary>Sends a request that goes on with a stored response to the one target that holds it, or refuses it at once.</summary>
public sealed class ResponseStateMiddleware(RequestDelegate next, ResponseIds ids)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Gateway();
        if (request.Operation != Operation.Responses)
        {
            return next(context);
        }

        request.Responses = new ResponseScope(ids, request);
        if (request.Facts.HasConversation)
        {
            return ErrorWriter.WriteAsync(context, ResponseStateErrors.NoConversations());
        }

        if (request.Facts.PreviousResponseId is { } previous)
        {
            if (ResponseLocator.Find(request, previous, ids, "previous_response_id", out var pin) is { } error)
            {
                return ErrorWriter.WriteAsync(context, error);
            }

            request.Responses.Pin = pin;
            request.Plan = new TargetPlan([pin!.Target]);
        }

        return next(context);
    }
}
