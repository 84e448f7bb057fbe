using System.Globalization;
using GlobalGateway.Replication.RateLimits;

namespace GlobalGateway.Replication.Redis;

/// <summary>
/// The rate that all edges of a region use of one limit that regions lend each other, held in Redis by one edge at a time. What must
/// stay true: a rate holds until a time that Redis' clock reaches before the holder's own does, and only at the server it was said
/// to, so that a lender that stopped, a flush and a promoted replica all leave the floor; what was said earlier never
/// replaces what was said later; nobody takes over while a rate holds.
/// </summary>
/// <param name="holder">This edge in this run: another run does not know what this one lent.</param>
/// <param name="owned">The region's part as configured.</param>
public sealed class RegionRate(RedisConnection redis, string region, string key, Gcra owned, string holder, TimeProvider clock)
{
    /// <summary>How long a rate holds that is not said again.</summary>
    public static readonly TimeSpan Held = TimeSpan.FromSeconds(3);

    private static readonly RedisScript Script = new("lend", """
        local t = redis.call('TIME')
        local now = (t[1] - 1735689600) * 1e7 + t[2] * 10
        local info = redis.call('INFO', 'replication')
        local server = string.match(info, 'role:(%a+)') == 'master' and string.match(info, 'master_replid:(%x+)') or ''
        local function answer(what, asked) return {ARGV[1], what, string.format('%.0f', now), server, asked or 0} end
        if server == '' or server ~= ARGV[6] then return answer('look') end
        local kept = redis.call('HMGET', KEYS[1], 'holder', 'sequence', 'until', 'server', 'asked')
        if kept[1] and kept[4] == server then
          if kept[1] == ARGV[2] then
            if tonumber(kept[2]) >= tonumber(ARGV[3]) then return answer('late') end
          elseif tonumber(kept[3]) > now then return answer('held') end
        end
        if tonumber(ARGV[5]) <= now then return answer('late') end
        redis.call('HSET', KEYS[1], 'holder', ARGV[2], 'sequence', ARGV[3], 'per', ARGV[4], 'until', ARGV[5], 'server', server, 'asked', '0')
        redis.call('PEXPIRE', KEYS[1], 60000)
        return answer('said', tonumber(kept[5] or '0'))
        """);

    private long _sequence;
    private string _server = "";
    private double _answered;
    private long _answeredAt;

    /// <summary>Says what the region may use from now on; only one edge may.</summary>
    /// <param name="rate">Units per second that may be used for <see cref="Held"/> from now on.</param>
    public async ValueTask<RegionRateAnswer> SayAsync(double rate, CancellationToken cancel = default)
    {
        // Redis' clock when it last answered, and no less than what has passed here since: the rate ends there before it does here.
        var until = _answered + clock.GetElapsedTime(_answeredAt).Ticks + Held.Ticks;
        var answer = await redis.EvaluateAsync(
            Script,
            [KeyOf(region, key, owned)],
            [holder, ++_sequence, (TimeSpan.TicksPerSecond / rate).ToString("R", CultureInfo.InvariantCulture), until.ToString("F0", CultureInfo.InvariantCulture), _server],
            cancel);
        if (answer is null)
        {
            return default;
        }

        (_answered, _answeredAt) = (double.Parse((string)answer[2], CultureInfo.InvariantCulture), clock.GetTimestamp());
        (var what, _server) = ((string)answer[1], (string)answer[3]);
        return what switch
        {
            "said" => new RegionRateAnswer(RegionRateOutcome.Said, (long)answer[4]),
            "held" => new RegionRateAnswer(RegionRateOutcome.HeldByAnother, 0),
            _ => default,
        };
    }

    internal static string KeyOf(string region, string key, Gcra owned) =>
        string.Create(CultureInfo.InvariantCulture, $"{RedisRateLimitStore.KeyOf(region, key)}:lend:{owned.TicksPerUnit:R}");
}
