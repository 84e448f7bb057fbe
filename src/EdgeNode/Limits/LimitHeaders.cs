using System.Globalization;
using GlobalGateway.Contracts.Values;
using GlobalGateway.EdgeNode.Dialects;
using GlobalGateway.EdgeNode.Errors;
using GlobalGateway.EdgeNode.Quota;
using GlobalGateway.EdgeNode.Requests;

namespace GlobalGateway.EdgeNode.Limits;

/// <summary>Writes the tenant's own limits and budgets in the dialect's header names; never the provider's.</summary>
public static class LimitHeaders
{
    public static void Write(HttpContext context)
    {
        var request = context.Gateway();
        var headers = context.Response.Headers;
        var limits = request.Limits;
        if (request.Quota is { Budgets.IsEmpty: false } quota)
        {
            limits = quota.Over(limits);
            if (BudgetWarnings.Header(quota.Budgets) is { } warning)
            {
                headers["x-gateway-budget-warning"] = warning;
            }
        }

        if (limits.Requests is { } requests)
        {
            Write(headers, request.Dialect, "requests", requests);
        }

        if (limits.Tokens is { } tokens)
        {
            Write(headers, request.Dialect, "tokens", tokens);
        }
    }

    public static Task RefuseAsync(HttpContext context, in GatewayError refusal)
    {
        Write(context);
        return ErrorWriter.WriteAsync(context, refusal);
    }

    private static void Write(IHeaderDictionary headers, Dialect dialect, string unit, LimitStanding standing)
    {
        var limit = standing.Limit.ToString(CultureInfo.InvariantCulture);
        var remaining = standing.Remaining.ToString(CultureInfo.InvariantCulture);
        if (dialect == Dialect.Anthropic)
        {
            headers[$"anthropic-ratelimit-{unit}-limit"] = limit;
            headers[$"anthropic-ratelimit-{unit}-remaining"] = remaining;
            headers[$"anthropic-ratelimit-{unit}-reset"] =
                (DateTimeOffset.UtcNow + standing.ResetAfter).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            return;
        }

        headers[$"x-ratelimit-limit-{unit}"] = limit;
        headers[$"x-ratelimit-remaining-{unit}"] = remaining;
        headers[$"x-ratelimit-reset-{unit}"] = Duration.Format(GatewayError.Whole(standing.ResetAfter));
    }
}
