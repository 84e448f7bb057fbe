using System.Globalization;
using GlobalGateway.EdgeNode.Errors;
using GlobalGateway.EdgeNode.Quota;
using GlobalGateway.EdgeNode.Requests;
using GlobalGateway.EdgeNode.Translation;

namespace GlobalGateway.EdgeNode.Attempts;

/// <summary>What a client is told when no target answered.</summary>
public static class FailureAnswers
{
    public static Task WriteAsync(HttpContext context, GatewayRequest request, in AttemptResult result, int calls)
    {
        if (context.Response.HasStarted)
        {
            return AnswerRelay.EndAbnormallyAsync(context, request, Describe(request, result, calls)).AsTask();
        }

        AnswerRelay.WriteHeaders(context, request.Attempts.Count > 0 ? request.Attempts[^1].Target : "none", result.Refusal?.UpstreamRequestId, calls);
        return result is { Refusal: { Body.Length: > 0, OtherDialect: false } refusal } && IsTold(result.Outcome)
            ? PassOnAsync(context, request, refusal)
            : ErrorWriter.WriteAsync(context, Describe(request, result, calls));
    }

    private static bool IsTold(AttemptOutcome outcome) => outcome.IsClients() || outcome == AttemptOutcome.ItemMissing;

    // Same dialect both ways: the provider's own words, which the client's SDK knows.
    private static Task PassOnAsync(HttpContext context, GatewayRequest request, ProviderRefusal refusal)
    {
        request.ErrorCode = "provider_refused";
        context.Response.StatusCode = refusal.Status;
        context.Response.ContentType = refusal.ContentType ?? "application/json";
        context.Response.ContentLength = refusal.Body.Length;
        context.Response.Headers["x-should-retry"] = "false";
        return context.Response.Body.WriteAsync(refusal.Body, context.RequestAborted).AsTask();
    }

    private static GatewayError Describe(GatewayRequest request, in AttemptResult result, int calls)
    {
        var model = request.Model!.Name;
        var tried = calls == 0
            ? "without a call"
            : string.Create(CultureInfo.InvariantCulture, $"after {calls} call{(calls == 1 ? "" : "s")}");
        return result.Outcome switch
        {
            _ when result is { Refusal: { } silent } && IsTold(result.Outcome) =>
                new(silent.Status, "provider_refused", ProviderMessages.Of(silent.Body) is { } words
                    ? $"The provider of {model} refused the request: {words}"
                    : $"The provider of {model} refused the request with status {silent.Status} and no reason.") { Final = true },
            AttemptOutcome.NotTranslatable => new(400, "not_translatable", result.Untranslatable!.Message) { Param = result.Untranslatable.Place is { Length: > 0 } place ? place : null, Final = true },
            AttemptOutcome.OverBudget => BudgetAnswers.Describe(result.Over!, request.Dialect),
            AttemptOutcome.RateLimited => new(429, "upstream_rate_limited", $"Every target of {model} is rate-limited by its provider. Try again shortly.")
                { RetryAfter = result.Refusal?.RetryAfter ?? AttemptLimits.RateLimitCooldown },
            AttemptOutcome.CredentialRefused => new(502, "upstream_credentials", $"No provider of {model} accepts the gateway's credentials ({tried}). Tell your platform team.")
                { Final = true },
            AttemptOutcome.ModelMissing => new(502, "upstream_model_missing", $"No provider of {model} has the configured upstream model ({tried}). Tell your platform team.")
                { Final = true },
            AttemptOutcome.CoolingDown or AttemptOutcome.BreakerOpen or AttemptOutcome.BulkheadFull =>
                new(503, "no_target_available", $"No target of {model} takes requests right now ({result.Outcome.Name()}). Try again shortly.")
                    { RetryAfter = TimeSpan.FromSeconds(1) },
            AttemptOutcome.ClientDeadline => new(504, "client_deadline", $"{model} did not answer within the time-out that your client states ({tried}). Allow it more.") { Final = true },
            _ when result.Outcome.IsTimeout() => new(504, "upstream_timeout", $"No target of {model} answered in time ({tried}). Try again."),
            _ => new(502, "upstream_failed", $"No target of {model} could answer ({tried}, last: {result.Outcome.Name()}). Try again."),
        };
    }
}
