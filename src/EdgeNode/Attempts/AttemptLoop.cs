using System.Diagnostics;
using System.Globalization;
using GlobalGateway.EdgeNode.Requests;
using GlobalGateway.EdgeNode.Routing;
using GlobalGateway.EdgeNode.Telemetry;
using GlobalGateway.EdgeNode.Translation;
using Polly;

namespace GlobalGateway.EdgeNode.Attempts;

/// <summary>
/// Tries the targets of a request in order until one answers. What must stay true: nothing reaches the client before an
/// attempt is committed; every attempt leaves exactly one record; calls are at most <see cref="AttemptLimits.CallsMax"/>;
/// a repeat at a target that failed needs that provider's retry budget.
/// </summary>
public sealed class AttemptLoop(HttpContext context, GatewayRequest request, TargetPlanner planner, GatewayMetrics metrics)
{
    private readonly long _deadline = DeadlineOf(context);
    private AttemptResult _best;
    private int _calls;

    /// <summary>Calls made to providers.</summary>
    public int Calls => _calls;

    /// <summary>The first committed attempt, or the failure that says most to the client.</summary>
    public async ValueTask<AttemptResult> RunAsync()
    {
        var targets = request.Plan.Targets;
        var turned = false;
        for (var i = 0; i < targets.Count; i++)
        {
            var result = await TryTargetAsync(targets[i], last: i == targets.Count - 1);
            if (result.Outcome is AttemptOutcome.Ok or AttemptOutcome.ClientGone or AttemptOutcome.ClientError)
            {
                return result;
            }

            if (result.Outcome.IsClients())
            {
                // The model cannot answer this prompt, whoever serves it: only the models named for that can.
                var others = turned ? [] : planner.Plan(request, ClientAddress.HashOf(context), FallbacksFor(result.Outcome));
                if (others.Count == 0)
                {
                    return result;
                }

                (targets, turned, i) = (others, true, -1);
                continue;
            }

            if (_calls >= AttemptLimits.CallsMax || Stopwatch.GetTimestamp() >= _deadline)
            {
                break;
            }
        }

        return _best;
    }

    private IReadOnlyList<string> FallbacksFor(AttemptOutcome outcome) => outcome == AttemptOutcome.ContextTooLong
        ? request.Model!.Resource.ContextFallbacks
        : request.Model!.Resource.ContentFallbacks;

    private async ValueTask<AttemptResult> TryTargetAsync(ModelEndpoint target, bool last)
    {
        var result = default(AttemptResult);
        for (var repeat = 0; _calls < AttemptLimits.CallsMax;)
        {
            result = await TryOnceAsync(target, last);
            if (result.Outcome is AttemptOutcome.Ok or AttemptOutcome.ClientGone)
            {
                return result;
            }

            Remember(result);
            if (result.Outcome == AttemptOutcome.CredentialRefused && target.Provider.PickCredential() >= 0)
            {
                continue;
            }

            if (!result.Outcome.MayRepeat() || ++repeat >= target.Provider.Resource.Retry.AttemptsPerTarget
                || Stopwatch.GetTimestamp() >= _deadline || !target.Provider.RetryBudget.TryTake())
            {
                break;
            }

            metrics.Retried(target.Provider.Name);
            await Task.Delay(AttemptLimits.RepeatPause * (0.5 + Random.Shared.NextDouble() / 2), context.RequestAborted);
        }

        return result;
    }

    private async ValueTask<AttemptResult> TryOnceAsync(ModelEndpoint target, bool last)
    {
        var startedAt = Stopwatch.GetTimestamp();
        var provider = target.Provider;
        var credential = provider.PickCredential();
        if (target.State.CoolingDown || credential < 0 && provider.Credentials.Length > 0)
        {
            return Record(target, new AttemptResult(AttemptOutcome.CoolingDown), startedAt);
        }

        TranslatedCall? translation = null;
        if (target.Urls.For(request.Operation) is null)
        {
            try
            {
                translation = TranslatedCall.Create(request, target);
            }
            catch (TranslationException e)
            {
                return Record(target, new AttemptResult(AttemptOutcome.NotTranslatable, Untranslatable: e), startedAt);
            }
        }

        if (!provider.Bulkhead.TryEnter()
            && !(last && await provider.Bulkhead.EnterAsync(AttemptLimits.BulkheadWaitMax, context.RequestAborted)))
        {
            return Record(target, new AttemptResult(AttemptOutcome.BulkheadFull), startedAt);
        }

        var breaker = target.Breakers[Math.Max(credential, 0)];
        var exchange = new UpstreamExchange(target, breaker, new Watchdog(DeadlineFor(target), context.RequestAborted)) { Translation = translation };
        target.State.Begin();
        var resilience = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false);
        var outcome = await breaker.Pipeline.ExecuteOutcomeAsync(
            static async (_, call) => Outcome.FromResult(await call.Loop.CallAsync(call.Exchange, call.Secret)),
            resilience,
            new Call(this, exchange, credential < 0 ? null : provider.Credentials[credential].Secret));
        ResilienceContextPool.Shared.Return(resilience);
        if (outcome.Exception is not null)
        {
            exchange.Dispose();
            return outcome.Exception is Polly.CircuitBreaker.BrokenCircuitException
                ? Record(target, new AttemptResult(AttemptOutcome.BreakerOpen), startedAt)
                : throw outcome.Exception;
        }

        Learn(target, credential, outcome.Result);
        return Record(target, outcome.Result, startedAt);
    }

    private ValueTask<AttemptResult> CallAsync(UpstreamExchange exchange, string? secret)
    {
        _calls++;
        exchange.Target.Provider.RetryBudget.OnRequest();
        return ExchangeOpener.OpenAsync(context, request, exchange, secret);
    }

    private static void Learn(ModelEndpoint target, int credential, in AttemptResult result)
    {
        target.Provider.Bulkhead.Learn(result.Outcome);
        var hint = result.Refusal?.RetryAfter;
        switch (result.Outcome)
        {
            case AttemptOutcome.Ok:
                break;
            case AttemptOutcome.RateLimited:
                target.State.CoolDown(Clamp(hint ?? AttemptLimits.RateLimitCooldown, AttemptLimits.RateLimitCooldownMax));
                break;
            case AttemptOutcome.CredentialRefused when credential >= 0:
                target.Provider.Credentials[credential].CoolDown(Clamp(hint ?? AttemptLimits.CredentialCooldown, AttemptLimits.CredentialCooldownMax));
                break;
            case AttemptOutcome.ModelMissing:
                target.State.CoolDown(AttemptLimits.ModelMissingCooldown);
                break;
        }
    }

    private AttemptResult Record(ModelEndpoint target, AttemptResult result, long startedAt)
    {
        var took = Stopwatch.GetElapsedTime(startedAt);
        request.Attempts.Add(new AttemptRecord(target.Id, result.Outcome, took));
        metrics.Attempted(target.Provider.Name, result.Outcome, took);
        return result;
    }

    // The provider's own word to the client says more than a fault, and a fault more than a target that was not called.
    private void Remember(in AttemptResult result)
    {
        if (Rank(result.Outcome) >= Rank(_best.Outcome))
        {
            _best = result;
        }
    }

    private static int Rank(AttemptOutcome outcome) => outcome switch
    {
        AttemptOutcome.Ok => -1,
        AttemptOutcome.CoolingDown or AttemptOutcome.BulkheadFull or AttemptOutcome.BreakerOpen => 0,
        AttemptOutcome.CredentialRefused or AttemptOutcome.ModelMissing => 1,
        AttemptOutcome.NotTranslatable => 2,
        AttemptOutcome.RateLimited => 2,
        AttemptOutcome.ContextTooLong or AttemptOutcome.ContentFiltered => 4,
        _ => 3,
    };

    private static TimeSpan Clamp(TimeSpan value, TimeSpan max) => value < max ? value : max;

    private long DeadlineFor(ModelEndpoint target) => target.Timeouts.Total > TimeSpan.Zero
        ? Math.Min(_deadline, Stopwatch.GetTimestamp() + (long)(target.Timeouts.Total.TotalSeconds * Stopwatch.Frequency))
        : _deadline;

    /// <summary>The client's own time-out, where its SDK tells it: trying on after that serves nobody.</summary>
    private static long DeadlineOf(HttpContext context) =>
        context.Request.Headers["x-stainless-timeout"] is [{ } text, ..]
        && double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 86_400
            ? Stopwatch.GetTimestamp() + (long)(seconds * Stopwatch.Frequency)
            : long.MaxValue;

    private sealed record Call(AttemptLoop Loop, UpstreamExchange Exchange, string? Secret);
}
