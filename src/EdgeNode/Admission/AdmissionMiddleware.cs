using GlobalGateway.EdgeNode.Dialects;
using GlobalGateway.EdgeNode.Errors;
using GlobalGateway.EdgeNode.Requests;

namespace GlobalGateway.EdgeNode.Admission;

/// <summary>Takes a request in only where there is room, and refuses by its headers what its body could not cure.</summary>
public sealed class AdmissionMiddleware(RequestDelegate next, AdmissionGate gate)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Gateway();
        if (context.Request.ContentLength > AdmissionLimits.BodyBytesMax)
        {
            return ErrorWriter.WriteAsync(context, GatewayError.BodyTooLarge(AdmissionLimits.BodyBytesMax));
        }

        if (request.Operation != Operation.Service && HttpMethods.IsPost(context.Request.Method))
        {
            if (context.Request.Headers.ContentEncoding.ToString() is { Length: > 0 } encoding && !BodyReader.Takes(encoding))
            {
                return ErrorWriter.WriteAsync(context, GatewayError.UnsupportedEncoding(encoding));
            }

            if (context.Request.ContentType is { Length: > 0 } type && !IsJson(type))
            {
                return ErrorWriter.WriteAsync(context, GatewayError.UnsupportedMediaType(type));
            }
        }

        return gate.TryEnter(request.Client!.Tenant.Tier) ? RunAsync(context) : ErrorWriter.WriteAsync(context, GatewayError.Overloaded());
    }

    private async Task RunAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        finally
        {
            gate.Leave();
        }
    }

    private static bool IsJson(string contentType)
    {
        var type = contentType.AsSpan();
        var end = type.IndexOf(';');
        type = (end < 0 ? type : type[..end]).Trim();
        return type.Equals("application/json", StringComparison.OrdinalIgnoreCase) || type.EndsWith("+json", StringComparison.OrdinalIgnoreCase);
    }
}
