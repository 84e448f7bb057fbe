using System.Globalization;
using GlobalGateway.Replication.RateLimits;
using StackExchange.Redis;

namespace GlobalGateway.Replication.Redis;

/// <summary>
/// Keeps a region's arrival times in Redis, on Redis' clock. When Redis does not answer in time, this edge limits by itself
/// at its share of the rate (<c>limit / edgesMax</c>), and asks Redis again after a pause.
/// </summary>
public sealed class RedisRateLimitStore : IRateLimitStore, IDisposable
{
    /// <summary>A request waits this long for Redis.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(50);

    /// <summary>After a failure Redis is left alone this long.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private const string Script = """
        local t = redis.call('TIME')
        local now = t[1] * 1e7 + t[2] * 10
        local per, burst, cost, mode = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
        local arrival = tonumber(redis.call('GET', KEYS[1]) or '0')
        local start = math.max(arrival, now)
        local tolerance = per * burst
        local function keep(value)
          local rest = math.ceil((value - now) / 1e4)
          if rest > 0 then redis.call('SET', KEYS[1], string.format('%.0f', value), 'PX', rest)
          else redis.call('DEL', KEYS[1]) end
        end
        if mode == 'adjust' then
          keep(math.max(start + cost * per, now))
          return {ARGV[5], 1, '0', '0'}
        end
        local after = start + math.min(cost, burst) * per
        local wait = after - now - tolerance
        if wait > 0 then return {ARGV[5], 0, string.format('%.0f', wait), string.format('%.0f', start - now)} end
        keep(after)
        return {ARGV[5], 1, '0', string.format('%.0f', after - now)}
        """;

    private readonly TimeProvider _clock;
    private readonly Task<ConnectionMultiplexer> _connection;
    private readonly int _edgesMax;
    private readonly LocalRateLimitStore _fallback;
    private readonly string _prefix;
    private long _calls;
    private long _failures;
    private long _pausedUntil = long.MinValue;

    /// <param name="configuration">StackExchange.Redis configuration text.</param>
    public RedisRateLimitStore(string configuration, string region, int edgesMax, LocalRateLimitStore fallback, TimeProvider clock)
    {
        var options = ConfigurationOptions.Parse(configuration);
        options.AbortOnConnectFail = false;
        options.ConnectTimeout = 1_000;
        _prefix = $"gg:{region}:rate:";
        _edgesMax = Math.Max(1, edgesMax);
        _fallback = fallback;
        _clock = clock;
        _connection = ConnectionMultiplexer.ConnectAsync(options);
    }

    /// <summary>Calls answered by this edge alone since it started.</summary>
    public long Failures => Volatile.Read(ref _failures);

    /// <summary>Redis is being left alone after a failure.</summary>
    public bool Degraded => _clock.GetTimestamp() < Volatile.Read(ref _pausedUntil);

    public async ValueTask<RateDecision> TakeAsync(string key, Gcra rate, long cost)
    {
        if (await EvaluateAsync(key, rate, cost, "take") is not { } reply)
        {
            return await _fallback.TakeAsync(key, Share(rate), cost);
        }

        var wait = Ticks(reply[2]);
        var reset = Ticks(reply[3]);
        var remaining = Math.Max(0, (long)((rate.Tolerance - reset.Ticks) / rate.TicksPerUnit));
        return new RateDecision((long)reply[1] == 1, remaining, wait, reset);
    }

    public async ValueTask AdjustAsync(string key, Gcra rate, long units)
    {
        if (await EvaluateAsync(key, rate, units, "adjust") is null)
        {
            await _fallback.AdjustAsync(key, Share(rate), units);
        }
    }

    public void Dispose()
    {
        if (_connection.IsCompletedSuccessfully)
        {
            _connection.Result.Dispose();
        }
    }

    private Gcra Share(Gcra rate) => new(rate.TicksPerUnit * _edgesMax, Math.Max(1, rate.Burst / _edgesMax));

    private async ValueTask<RedisResult[]?> EvaluateAsync(string key, Gcra rate, long cost, string mode)
    {
        if (Degraded)
        {
            Interlocked.Increment(ref _failures);
            return null;
        }

        var id = Interlocked.Increment(ref _calls).ToString(CultureInfo.InvariantCulture);
        try
        {
            var connection = await _connection.WaitAsync(Timeout, _clock);
            var reply = (RedisResult[])await connection.GetDatabase().ScriptEvaluateAsync(
                Script,
                [_prefix + key],
                [rate.TicksPerUnit.ToString("R", CultureInfo.InvariantCulture), rate.Burst, cost, mode, id]).WaitAsync(Timeout, _clock);

            // A reply with another call's id means this connection's replies no longer match its calls.
            if ((string)reply[0] == id)
            {
                return reply;
            }
        }
        catch (Exception e) when (e is TimeoutException or RedisException or ObjectDisposedException or InvalidCastException)
        {
            // Counted and reported below: Redis lost is a state this store serves in, not an error of the request.
        }

        Interlocked.Increment(ref _failures);
        Volatile.Write(ref _pausedUntil, _clock.GetTimestamp() + (long)(Pause.TotalSeconds * _clock.TimestampFrequency));
        return null;
    }

    private static TimeSpan Ticks(RedisResult value) =>
        TimeSpan.FromTicks((long)double.Parse((string)value, CultureInfo.InvariantCulture));
}
