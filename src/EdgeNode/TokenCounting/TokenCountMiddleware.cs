using System.Buffers;
using System.Text.Json;
using GlobalGateway.EdgeNode.Dialects;
using GlobalGateway.EdgeNode.Errors;
using GlobalGateway.EdgeNode.Limits;
using GlobalGateway.EdgeNode.Metering;
using GlobalGateway.EdgeNode.Requests;
using GlobalGateway.EdgeNode.Routing;
using GlobalGateway.EdgeNode.Translation;

namespace GlobalGateway.EdgeNode.TokenCounting;

/// <summary>Leaves counting to the targets that can; where none can, the gateway estimates and says so.</summary>
public sealed class TokenCountMiddleware(RequestDelegate next)
{
    /// <summary>Set to <c>true</c> on an answer that no provider counted.</summary>
    public const string EstimatedHeader = "x-gateway-estimated";

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Gateway();
        if (request.Operation is not (Operation.CountTokens or Operation.GeminiCountTokens) || request.Plan.Targets is not { } targets)
        {
            return next(context);
        }

        var counting = targets.FindAll(static t => t.Urls.Count is not null);
        if (counting.Count > 0)
        {
            request.Plan = new TargetPlan(counting);
            return next(context);
        }

        return EstimateAsync(context, request);
    }

    private static Task EstimateAsync(HttpContext context, GatewayRequest request)
    {
        try
        {
            TokenCountCall.Read(request);
        }
        catch (Exception e) when (e is TranslationException or JsonException or InvalidOperationException or ArgumentException)
        {
            return ErrorWriter.WriteAsync(context, GatewayError.BadBody(
                e is TranslationException ? e.Message : "The body holds a value of the wrong type.", (e as TranslationException)?.Place is { Length: > 0 } place ? place : null));
        }

        var body = new ArrayBufferWriter<byte>(64);
        TokenCountCall.WriteAnswer(request.Operation, TokenEstimator.OfRequest(request.Body!.Span), body);
        context.Response.Headers[EstimatedHeader] = "true";
        LimitHeaders.Write(context);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.WrittenCount;
        return context.Response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted).AsTask();
    }
}
