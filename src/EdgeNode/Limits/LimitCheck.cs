using GlobalGateway.EdgeNode.Dialects;
using GlobalGateway.EdgeNode.Errors;
using GlobalGateway.EdgeNode.Requests;
using GlobalGateway.Replication.RateLimits;

namespace GlobalGateway.EdgeNode.Limits;

/// <summary>Takes a request's cost from each of its limits, in order; the first refusal ends it.</summary>
public sealed class LimitCheck(IRateLimitStore store, RateLending? lending = null)
{
    /// <summary>Returns the refusal, or nothing when every limit admits.</summary>
    public async ValueTask<GatewayError?> TakeAsync(GatewayRequest request, CompiledLimit[] limits)
    {
        foreach (var limit in limits)
        {
            if ((request.Model is { } model ? !limit.Governs(model.Name) : limit.Models.Count > 0) || limit.CountsTokens && !request.Operation.IsBilled())
            {
                continue;
            }

            var cost = limit.CountsTokens ? EstimatedTokens(request) : 1;
            var decision = limit.IsGlobal && lending is { IsRegions: true } ? await lending.TakeAsync(limit, cost) : await store.TakeAsync(limit.Key, RateOf(limit, cost), cost);
            request.Limits = request.Limits.With(limit, new LimitStanding(limit.Limit, decision.Remaining, decision.ResetAfter));
            if (!decision.Admitted)
            {
                return GatewayError.RateLimited(limit.Name, limit.Unit, decision.RetryAfter);
            }
        }

        return null;
    }

    /// <summary>Books the difference between what was taken and what the provider counted.</summary>
    public async ValueTask SettleAsync(GatewayRequest request)
    {
        if (request.Client is null || request.Model is null || !request.Operation.IsBilled())
        {
            return;
        }

        foreach (var limit in request.Client.BodyLimits)
        {
            if (limit.CountsTokens && limit.Governs(request.Model.Name))
            {
                var taken = Math.Min(EstimatedTokens(request), limit.Rate.Burst);
                await store.AdjustAsync(limit.Key, RateOf(limit, 0), request.Usage.TotalTokens - taken);
            }
        }
    }

    private Gcra RateOf(CompiledLimit limit, long cost) => limit.IsGlobal && lending is not null ? lending.RateOf(limit, cost) : limit.Rate;

    private static long EstimatedTokens(GatewayRequest request) =>
        Math.Max(1, request.Facts.InputTokens + (request.Facts.MaxOutputTokens ?? 0));
}
