using System.Collections.Concurrent;
using System.Globalization;
using GlobalGateway.Replication.RateLimits;
using StackExchange.Redis;

namespace GlobalGateway.Replication.Redis;

/// <summary>
/// Keeps a region's arrival times in Redis, on Redis' clock. A hot limit is asked for in small batches, debited ahead. When Redis
/// does not answer, this edge limits by itself at its share of the rate (<c>limit / edgesMax</c>).
/// </summary>
public sealed class RedisRateLimitStore(RedisConnection redis, string region, int edgesMax, LocalRateLimitStore fallback, TimeProvider clock) : IRateLimitStore
{
    /// <summary>Limits whose batches this edge remembers; those not asked for lately make room, and others are asked for each request.</summary>
    public const int BatchesMax = 20_000;

    // A request waits for others' refills this often, then asks by itself.
    private const int WaitsMax = 3;

    // A lent limit's rate is what its region's lender last said, while that holds and this is the server it said it to; otherwise
    // the floor. The lender learns what all edges were asked for. The stored value is "arrival per written", all in ticks since 2025: small enough for doubles to tell an eighth of a tick. An
    // arrival kept at another rate stays as many units. Where the clock went back, arrivals go back with it.
    // Units taken ahead arrive at the end of the span they may be used in, and leave half of the room to others.
    private static readonly RedisScript Script = new("rate", """
        local t = redis.call('TIME')
        local now = (t[1] - 1735689600) * 1e7 + t[2] * 10
        local per, burst, cost, extra = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
        local span, adjust = tonumber(ARGV[6]), tonumber(ARGV[7])
        local arrival = now
        if KEYS[2] then
          local info = redis.pcall('INFO', 'replication')
          local lent = redis.call('HMGET', KEYS[2], 'per', 'until', 'server')
          if type(info) == 'string' and lent[1] and tonumber(lent[2]) > now and lent[3] == string.match(info, 'master_replid:(%x+)') then
            per = tonumber(lent[1])
          end
          redis.call('HINCRBY', KEYS[2], 'asked', ARGV[8])
          redis.call('PEXPIRE', KEYS[2], 60000)
        end
        local kept, at, written = string.match(redis.call('GET', KEYS[1]) or '', '^(%S+) (%S+) (%S+)$')
        if kept then
          arrival = tonumber(kept) - math.max(0, tonumber(written) - now)
          if arrival > now then arrival = now + (arrival - now) / tonumber(at) * per end
        end
        local start = math.max(math.max(arrival, now) + adjust * per, now)
        local function keep(value)
          local rest = math.ceil((value - now) / 1e4)
          if rest > 0 then redis.call('SET', KEYS[1], string.format('%.17g %.17g %.17g', value, per, now), 'PX', rest)
          else redis.call('DEL', KEYS[1]) end
        end
        local tolerance = per * burst
        local after = start + math.min(cost, burst) * per
        local wait = after - now - tolerance
        if cost > 0 and wait > 0 then
          if adjust ~= 0 then keep(start) end
          return {ARGV[1], 0, string.format('%.0f', wait), string.format('%.0f', start - now), 0, string.format('%.17g', per)}
        end
        local ahead = 0
        if extra > 0 then
          local from = math.max(after, now + span)
          ahead = math.max(0, math.min(extra, math.floor((now + tolerance - from) / per / 2)))
          if ahead > 0 then after = from + ahead * per end
        end
        keep(after)
        return {ARGV[1], 1, '0', string.format('%.0f', after - now), ahead, string.format('%.17g', per)}
        """);

    private readonly ConcurrentDictionary<string, RateBatch> _batches = new(StringComparer.Ordinal);
    private int _sweeping;

    /// <summary>Redis is being left alone after a failure.</summary>
    public bool Degraded => !redis.Up;

    /// <summary>What is not as it should be with Redis, and what this edge does instead; nothing when all is well.</summary>
    public string? WhyDegraded =>
        !redis.Up ? $"{redis.Standing.Why}; this edge limits at its share and grants itself rights"
        : !redis.Standing.MayLend ? $"{redis.Standing.Why}; this edge grants itself rights"
        : null;

    /// <summary>Calls answered by this edge alone since it started.</summary>
    public long Failures => redis.Failures;

    public ValueTask<RateDecision> TakeAsync(string key, Gcra rate, long cost) => TakeAsync(new RateQuestion(key, rate, null), cost);

    /// <summary>Takes from a limit that regions lend each other parts of: at the rate that <see cref="RegionRate"/> holds, or else at the floor.</summary>
    /// <param name="owned">The region's part as configured, which tells this limit from what it was before it was changed.</param>
    public ValueTask<RateDecision> TakeLentAsync(string key, Gcra owned, Gcra floor, long cost) => TakeAsync(new RateQuestion(key, floor, RegionRate.KeyOf(region, key, owned)), cost);

    public async ValueTask AdjustAsync(string key, Gcra rate, long units)
    {
        if (RateBatch.Suits(rate) && BatchOf(key) is { } batch)
        {
            if (batch.Adjust(units))
            {
                _ = AdjustLaterAsync(batch, key, rate);
            }
        }
        else if (await EvaluateAsync(new RateQuestion(key, rate, null), 0, 0, units) is null)
        {
            await fallback.AdjustAsync(key, Share(rate), units);
        }
    }

    private ValueTask<RateDecision> TakeAsync(RateQuestion of, long cost)
    {
        cost = Math.Min(cost, of.Rate.Burst);
        return !RateBatch.Suits(of.Rate) || BatchOf(of.Key) is not { } batch ? AskAsync(of, cost, null)
            : batch.TryTake(cost, first: true) is { } decision ? new(decision)
            : RefillAsync(batch, of, cost);
    }

    private async ValueTask<RateDecision> RefillAsync(RateBatch batch, RateQuestion of, long cost)
    {
        for (var waited = 0; waited < WaitsMax; waited++)
        {
            if (batch.TryRefill(of.Rate, out var extra) is { } refill)
            {
                return await FillAsync(batch, refill, of, cost, extra);
            }

            if (extra == 0 || batch.Refilling is not { } refilling)
            {
                break;
            }

            await refilling;
            if (batch.TryTake(cost, first: false) is { } decision)
            {
                return decision;
            }
        }

        return await AskAsync(of, cost, batch);
    }

    private async ValueTask<RateDecision> FillAsync(RateBatch batch, TaskCompletionSource refill, RateQuestion of, long cost, long extra)
    {
        (RateDecision Decision, long Granted)? answer = null;
        var sent = clock.GetTimestamp();
        var adjustment = batch.TakeAdjustment();
        try
        {
            answer = await EvaluateAsync(of, cost, extra, adjustment, batch.TakeAsked());
        }
        finally
        {
            batch.Refilled(refill, RateBatch.SpanOf(of.Rate), sent, cost, extra, answer?.Granted ?? 0, answer?.Decision);
        }

        return answer?.Decision ?? await AloneAsync(of, cost, adjustment);
    }

    private async ValueTask<RateDecision> AskAsync(RateQuestion of, long cost, RateBatch? batch)
    {
        var adjustment = batch?.TakeAdjustment() ?? 0;
        return await EvaluateAsync(of, cost, 0, adjustment, batch?.TakeAsked() ?? cost) is { } answer ? answer.Decision : await AloneAsync(of, cost, adjustment);
    }

    private async ValueTask<RateDecision> AloneAsync(RateQuestion of, long cost, long adjustment)
    {
        if (adjustment != 0)
        {
            await fallback.AdjustAsync(of.Key, Share(of.Rate), adjustment);
        }

        return await fallback.TakeAsync(of.Key, Share(of.Rate), cost);
    }

    // Where no request comes that books it along the way.
    private async Task AdjustLaterAsync(RateBatch batch, string key, Gcra rate)
    {
        await Task.Delay(RateBatch.Worth, clock);
        if (batch.TakeAdjustment() is var units and not 0 && await EvaluateAsync(new RateQuestion(key, rate, null), 0, 0, units) is null)
        {
            await fallback.AdjustAsync(key, Share(rate), units);
        }
    }

    private async ValueTask<(RateDecision Decision, long Granted)?> EvaluateAsync(RateQuestion of, long cost, long extra, long adjustment, long asked = 0)
    {
        var key = KeyOf(region, of.Key);
        var answer = await redis.EvaluateAsync(
            Script,
            of.LendKey is { } lendKey ? [key, lendKey] : [key],
            [of.Rate.TicksPerUnit.ToString("R", CultureInfo.InvariantCulture), of.Rate.Burst, cost, extra, RateBatch.SpanOf(of.Rate).Ticks, adjustment, asked]);
        if (answer is null)
        {
            return null;
        }

        var (reset, per) = (Ticks(answer[3]), double.Parse((string)answer[5], CultureInfo.InvariantCulture));
        var remaining = Math.Max(0, (long)(of.Rate.Burst - reset.Ticks / per));
        return (new RateDecision((long)answer[1] == 1, remaining, Ticks(answer[2]), reset), (long)answer[4]);
    }

    /// <summary>The part in braces decides a cluster's slot: what belongs to a limit begins with it.</summary>
    internal static string KeyOf(string region, string key) => $"gg:{{{Uri.EscapeDataString(region)}:rate:{Uri.EscapeDataString(key)}}}";

    private RateBatch? BatchOf(string key)
    {
        if (_batches.TryGetValue(key, out var batch))
        {
            return batch;
        }

        if (_batches.Count >= BatchesMax && Interlocked.Exchange(ref _sweeping, 1) == 0)
        {
            foreach (var (known, idle) in _batches)
            {
                if (clock.GetElapsedTime(idle.AskedAt) > RateBatch.SpanMax * 100)
                {
                    _batches.TryRemove(known, out _);
                }
            }

            Volatile.Write(ref _sweeping, 0);
        }

        return _batches.Count >= BatchesMax ? null : _batches.GetOrAdd(key, static (_, clock) => new RateBatch(clock), clock);
    }

    private Gcra Share(Gcra rate) => new(rate.TicksPerUnit * Math.Max(1, edgesMax), Math.Max(1, rate.Burst / Math.Max(1, edgesMax)));

    private static TimeSpan Ticks(RedisResult value) =>
        TimeSpan.FromTicks((long)double.Parse((string)value, CultureInfo.InvariantCulture));

    private readonly record struct RateQuestion(string Key, Gcra Rate, string? LendKey);
}
