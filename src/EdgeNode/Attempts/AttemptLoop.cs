using System.Diagnostics;
using System.Globalization;
using GlobalGateway.EdgeNode.Quota;
using GlobalGateway.EdgeNode.Requests;
using GlobalGateway.EdgeNode.Routing;
using GlobalGateway.EdgeNode.Telemetry;
using GlobalGateway.EdgeNode.Translation;
using GlobalGateway.EdgeNode.Upstreams;

namespace GlobalGateway.EdgeNode.Attempts;

/// <summary>
/// Tries the targets of a request in order until one answers. What must stay true: nothing reaches the client before an
/// attempt is committed; every attempt leaves exactly one record; calls are at most <see cref="AttemptLimits.CallsMax"/>;
/// a repeat at a target that failed needs that provider's retry budget; every call has a charge of its own before it is made,
/// which ends once, however the call does. Two calls run at once only while a hedged request waits.
/// </summary>
public sealed class AttemptLoop(HttpContext context, GatewayRequest request, TargetPlanner planner, GatewayMetrics metrics, RequestQuota? quota)
{
    private long _deadline = DeadlineOf(context);
    private AttemptResult _best;
    private int _calls;
    private bool _raced;
    private Task _loser = Task.CompletedTask;
    private Transcoder? _begun;

    /// <summary>Who had been called when the client went or another answered; each has the prompt.</summary>
    public List<ModelEndpoint> Abandoned { get; } = [];

    /// <summary>Calls made to providers.</summary>
    public int Calls => _calls;

    /// <summary>The first committed attempt, or the failure that says most to the client.</summary>
    public async ValueTask<AttemptResult> RunAsync()
    {
        var targets = request.Plan.Targets;
        var turned = false;
        for (var i = 0; i < targets.Count; i++)
        {
            var last = i == targets.Count - 1;
            var result = i == 0 && !turned && !last && HedgePlan.For(request.Model!, request.Facts, request.IsStream, targets) is { } hedge
                ? await RaceAsync(hedge)
                : await TryTargetAsync(targets[i], last);
            if (result.Outcome is AttemptOutcome.Ok or AttemptOutcome.ClientGone or AttemptOutcome.ClientDeadline or AttemptOutcome.ClientError)
            {
                return result;
            }

            i += _raced && i == 0 ? 1 : 0;

            if (result.Outcome.IsClients())
            {
                // The model cannot answer this prompt, whoever serves it: only the models named for that can.
                var others = turned || request.Responses?.Pin is not null ? [] : planner.Plan(request, ClientAddress.HashOf(context), FallbacksFor(result.Outcome));
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

    /// <summary>Goes on with an answer that broke off, at a target that can take up its text; a failure when there is none.</summary>
    public async ValueTask<AttemptResult> ContinueAsync(Transcoder begun, ModelEndpoint broken)
    {
        _begun = begun;
        // The client has its first token: its time-out was about that.
        _deadline = long.MaxValue;
        var targets = request.Plan.Targets.FindAll(t => t.Capabilities.Prefill && t.Translator is not null);
        targets.Sort((a, b) => (a == broken).CompareTo(b == broken));
        for (var i = 0; i < targets.Count && _calls < AttemptLimits.CallsMax; i++)
        {
            var result = await TryTargetAsync(targets[i], last: i == targets.Count - 1);
            if (result.Outcome is AttemptOutcome.Ok or AttemptOutcome.ClientGone)
            {
                return result;
            }
        }

        return new AttemptResult(AttemptOutcome.Cut);
    }

    /// <summary>Waits until every call has left its record.</summary>
    public Task SettleAsync() => _loser;

    private async ValueTask<AttemptResult> RaceAsync(HedgePlan plan)
    {
        using var firstLoses = new CancellationTokenSource();
        var first = TryTargetAsync(plan.First, last: false, firstLoses.Token).AsTask();
        await ((Task)first).WaitAsync(plan.After).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (first.IsCompleted || context.RequestAborted.IsCancellationRequested)
        {
            return await first;
        }

        // A second call is a luxury: only where its rights are at hand beside the first's.
        var charge = quota?.TryReserve(plan.Second);
        if (quota is not null && charge is null || !plan.TryTake())
        {
            charge?.Return();
            return await first;
        }

        _raced = true;
        metrics.Hedged(request.Model!.Name);
        using var secondLoses = new CancellationTokenSource();
        var second = TryOnceAsync(plan.Second, last: false, secondLoses.Token, charge).AsTask();
        var winner = await Task.WhenAny(first, second);
        if ((await winner).Outcome != AttemptOutcome.Ok)
        {
            return await (winner == first ? second : first);
        }

        (winner == first ? secondLoses : firstLoses).Cancel();
        _loser = EndAsync(winner == first ? second : first);
        return await winner;

        static async Task EndAsync(Task<AttemptResult> loser) => (await loser).Exchange?.Dispose();
    }

    private async ValueTask<AttemptResult> TryTargetAsync(ModelEndpoint target, bool last, CancellationToken race = default)
    {
        var result = default(AttemptResult);
        for (var repeat = 0; _calls < AttemptLimits.CallsMax;)
        {
            result = await TryOnceAsync(target, last, race);
            if (result.Outcome is AttemptOutcome.Ok || result.Outcome.SaysNothing())
            {
                return result;
            }

            Remember(result);
            if (result.Outcome == AttemptOutcome.CredentialRefused && request.Responses?.Pin is null && target.Provider.PickCredential() >= 0)
            {
                continue;
            }

            var hint = last && result.Outcome == AttemptOutcome.RateLimited ? result.Refusal?.RetryAfter : null;
            var waits = hint is { } wait && wait <= Least(AttemptLimits.RetryAfterWaitMax, Left());
            if (!(waits || result.Outcome.MayRepeat()) || ++repeat >= target.Provider.Resource.Retry.AttemptsPerTarget
                || Stopwatch.GetTimestamp() >= _deadline || !target.Provider.RetryBudget.TryTake())
            {
                break;
            }

            metrics.Retried(target.Provider.Name);
            await Task.Delay((hint ?? TimeSpan.Zero) + AttemptLimits.RepeatPause * (0.5 + Random.Shared.NextDouble() / 2), context.RequestAborted);
        }

        return result;
    }

    /// <param name="charge">Where the call's rights are set aside already.</param>
    private async ValueTask<AttemptResult> TryOnceAsync(ModelEndpoint target, bool last, CancellationToken race, AttemptCharge? charge = null)
    {
        var startedAt = Stopwatch.GetTimestamp();
        var span = GatewayTraces.StartAttempt(request, target);
        var credential = request.Responses?.Pin?.Credential ?? target.Provider.PickCredential();
        try
        {
            if (target.State.CoolingDown || credential < 0 && target.Provider.Credentials.Length > 0)
            {
                return Record(target, new AttemptResult(AttemptOutcome.CoolingDown), startedAt, span);
            }

            if (quota is not null && charge is null)
            {
                (charge, var refusal) = await quota.ReserveAsync(target, context.RequestAborted);
                if (charge is null)
                {
                    return Record(target, new AttemptResult(AttemptOutcome.OverBudget, Over: refusal), startedAt, span);
                }
            }

            TranslatedCall? translation = null;
            if (target.Urls.For(request.Operation) is null || _begun is not null)
            {
                try
                {
                    translation = TranslatedCall.Create(request, target, _begun, charge?.MaxOutput);
                }
                catch (TranslationException e)
                {
                    return Record(target, new AttemptResult(AttemptOutcome.NotTranslatable, Untranslatable: e), startedAt, span);
                }
            }

            var bulkhead = target.Provider.Bulkhead;
            return bulkhead.TryEnter() || last && await bulkhead.EnterAsync(Least(AttemptLimits.BulkheadWaitMax, Left()), context.RequestAborted)
                ? await CallOnceAsync(target, credential, translation, charge, last, startedAt, span, race)
                : Record(target, new AttemptResult(AttemptOutcome.BulkheadFull), startedAt, span);
        }
        finally
        {
            // What a call has taken over ends with it; here only what never became a call.
            if (charge is { IsTaken: false })
            {
                charge.Return();
            }
        }
    }

    private async ValueTask<AttemptResult> CallOnceAsync(
        ModelEndpoint target, int credential, TranslatedCall? translation, AttemptCharge? charge, bool last, long startedAt, Activity? span, CancellationToken race)
    {
        var provider = target.Provider;
        var breaker = target.Breakers[Math.Max(credential, 0)];
        var watchdog = new Watchdog(DeadlineFor(target), _deadline, context.RequestAborted, race);
        var exchange = new UpstreamExchange(target, breaker, watchdog)
        {
            Translation = translation,
            Stamp = request.Responses?.Stamp(target, credential, kept: translation is null),
            Span = span,
            Charge = charge?.Take(),
            TakesEmpty = last || TakesEmpty,
        };
        target.State.Begin();
        var result = await breaker.ExecuteAsync(
            static call => call.Loop.CallAsync(call.Exchange, call.Credential),
            (Loop: this, Exchange: exchange, Credential: credential < 0 ? null : provider.Credentials[credential]));
        if (result.Outcome == AttemptOutcome.BreakerOpen)
        {
            exchange.Dispose();
            return Record(target, result, startedAt, span);
        }

        if (result.Outcome.SaysNothing())
        {
            lock (request.Attempts)
            {
                Abandoned.Add(target);
            }
        }

        Learn(target, credential, result, Stopwatch.GetElapsedTime(startedAt));
        return Record(target, result, startedAt, span);
    }

    private bool TakesEmpty => !request.Model!.Resource.RetryEmptyAnswer || ChatCodecs.ForClient(request.Operation) is null;

    private ValueTask<AttemptResult> CallAsync(UpstreamExchange exchange, UpstreamCredential? credential)
    {
        Interlocked.Increment(ref _calls);
        exchange.Target.Provider.RetryBudget.OnRequest();
        return ExchangeOpener.OpenAsync(context, request, exchange, credential);
    }

    private void Learn(ModelEndpoint target, int credential, in AttemptResult result, TimeSpan took)
    {
        var times = target.State.FirstTokens(new RoutingKey(0, request.Facts.InputTokens, 0, request.IsStream));
        var slowness = result.Outcome == AttemptOutcome.Ok ? times.Observe(took) : 0;
        if (result.Outcome == AttemptOutcome.Superseded)
        {
            times.ObserveAtLeast(took);
        }

        target.Provider.Bulkhead.Learn(result.Outcome, slowness);
        var hint = result.Refusal?.RetryAfter;
        switch (result.Outcome)
        {
            case AttemptOutcome.Ok:
                target.State.Answered();
                break;
            case AttemptOutcome.RateLimited:
                target.State.CoolDown(Least(hint ?? AttemptLimits.RateLimitCooldown, AttemptLimits.RateLimitCooldownMax));
                break;
            case AttemptOutcome.CredentialRefused when credential >= 0:
                target.Provider.Credentials[credential].CoolDown(Least(hint ?? AttemptLimits.CredentialCooldown, AttemptLimits.CredentialCooldownMax));
                break;
            case AttemptOutcome.ModelMissing:
                target.State.CoolDown(AttemptLimits.ModelMissingCooldown);
                break;
        }
    }

    private AttemptResult Record(ModelEndpoint target, AttemptResult result, long startedAt, Activity? span)
    {
        var took = Stopwatch.GetElapsedTime(startedAt);
        lock (request.Attempts)
        {
            request.Attempts.Add(new AttemptRecord(target.Id, result.Outcome, took));
            if (result.Exchange is { } exchange)
            {
                exchange.Record = request.Attempts.Count - 1;
            }
        }

        metrics.Attempted(target.Provider.Name, result.Outcome, took);
        GatewayTraces.EndAttempt(span, result.Outcome);
        return result;
    }

    // The provider's own word to the client says more than a fault, and a fault more than a target that was not called.
    private void Remember(in AttemptResult result)
    {
        lock (request.Attempts)
        {
            if (Rank(result.Outcome) >= Rank(_best.Outcome))
            {
                _best = result;
            }
        }
    }

    private static int Rank(AttemptOutcome outcome) => outcome switch
    {
        AttemptOutcome.Ok => -1,
        AttemptOutcome.CoolingDown or AttemptOutcome.BulkheadFull or AttemptOutcome.BreakerOpen => 0,
        AttemptOutcome.CredentialRefused or AttemptOutcome.ModelMissing => 1,
        AttemptOutcome.NotTranslatable or AttemptOutcome.OverBudget => 2,
        AttemptOutcome.RateLimited => 2,
        AttemptOutcome.ContextTooLong or AttemptOutcome.ContentFiltered or AttemptOutcome.ItemMissing => 4,
        _ => 3,
    };

    private static TimeSpan Least(TimeSpan value, TimeSpan max) => value < max ? value : max;

    private TimeSpan Left() => _deadline == long.MaxValue ? TimeSpan.MaxValue : Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), _deadline);

    private static long DeadlineFor(ModelEndpoint target) => target.Timeouts.Total > TimeSpan.Zero
        ? Stopwatch.GetTimestamp() + (long)(target.Timeouts.Total.TotalSeconds * Stopwatch.Frequency)
        : long.MaxValue;

    /// <summary>The client's own time-out, where its SDK tells it: trying on after that serves nobody.</summary>
    private static long DeadlineOf(HttpContext context) =>
        context.Request.Headers["x-stainless-timeout"] is [{ } text, ..]
        && double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 86_400
            ? Stopwatch.GetTimestamp() + (long)(seconds * Stopwatch.Frequency)
            : long.MaxValue;
}
