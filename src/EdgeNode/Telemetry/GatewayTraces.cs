using System.Diagnostics;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Attempts;
using GlobalGateway.EdgeNode.Requests;
using GlobalGateway.EdgeNode.Routing;

namespace GlobalGateway.EdgeNode.Telemetry;

/// <summary>
/// Spans of one edge: one per request and one per attempt, in OpenTelemetry's names for generative AI; never a prompt or an
/// answer. Nothing is made while nobody listens.
/// </summary>
public static class GatewayTraces
{
    public const string SourceName = "GlobalGateway.Edge";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>The request's span, within the client's trace where it sent one.</summary>
    public static Activity? StartRequest(HttpContext context)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        var headers = context.Request.Headers;
        ActivityContext.TryParse(headers.TraceParent, headers.TraceState, isRemote: true, out var parent);
        return Source.StartActivity("request", ActivityKind.Server, parent);
    }

    public static void EndRequest(Activity? span, GatewayRequest request, int status)
    {
        if (span is null)
        {
            return;
        }

        span.DisplayName = $"{OperationNames.Of(request.Operation)} {request.Model?.Name ?? request.Route?.Name}".TrimEnd();
        span.SetTag("gateway.request.id", request.Id);
        span.SetTag("gateway.tenant", request.Client?.Tenant.Name);
        span.SetTag("gateway.region", request.Region);
        span.SetTag("http.response.status_code", status);
        SetModel(span, request);
        if (request.Usage.TotalTokens > 0)
        {
            span.SetTag("gen_ai.usage.input_tokens", request.Usage.TotalInput);
            span.SetTag("gen_ai.usage.output_tokens", request.Usage.TotalOutput);
            span.SetTag("gateway.cost.nano_usd", request.CostNanoDollars);
        }

        if (request.ErrorCode is { } error)
        {
            span.SetTag("error.type", error);
        }

        span.SetStatus(status >= 500 || request.ErrorCode is not null ? ActivityStatusCode.Error : ActivityStatusCode.Unset);
        span.Dispose();
    }

    public static Activity? StartAttempt(GatewayRequest request, ModelEndpoint target)
    {
        if (request.Span is not { } parent || Source.StartActivity($"attempt {target.Id}", ActivityKind.Client, parent.Context) is not { } span)
        {
            return null;
        }

        SetModel(span, request);
        span.SetTag("gen_ai.response.model", target.UpstreamModel);
        span.SetTag("gen_ai.provider.name", target.Provider.Resource.Format switch
        {
            ProviderFormat.AzureOpenAI => "azure.ai.openai",
            ProviderFormat.Gemini => "gcp.gemini",
            ProviderFormat.Anthropic => "anthropic",
            _ => "openai",
        });
        span.SetTag("gateway.target", target.Id);
        return span;
    }

    /// <summary>Ends an attempt at its commit point or failure.</summary>
    public static void EndAttempt(Activity? span, AttemptOutcome outcome)
    {
        if (span is null)
        {
            return;
        }

        span.SetTag("gateway.attempt.outcome", outcome.Name());
        if (outcome != AttemptOutcome.Ok)
        {
            span.SetTag("error.type", outcome.Name());
            span.SetStatus(ActivityStatusCode.Error);
        }

        span.Dispose();
    }

    private static void SetModel(Activity span, GatewayRequest request)
    {
        span.SetTag("gen_ai.operation.name", OperationNames.Of(request.Operation));
        span.SetTag("gen_ai.request.model", request.Model?.Name);
    }
}
