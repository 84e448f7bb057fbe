using System.Globalization;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;
using StackExchange.Redis;

namespace GlobalGateway.Replication.Redis;

/// <summary>
/// Slices in a region's Redis. What must stay true: a slice is lent from only by the master whose replication id it was loaded at,
/// so neither a promoted replica nor a server restarted from a file, both of which may be behind, lends the same rights twice;
/// a slice that is there is never loaded over; a lease is debited once however often it is asked for within
/// <see cref="LeaseKept"/>, and later asking again only loses rights. Amounts never become Lua's floating-point numbers, so
/// every amount from 0 to 2^63 − 1 is exact.
/// </summary>
public sealed class RedisSlices(RedisConnection redis) : ISliceStore
{
    /// <summary>
    /// A slice that nobody loaded or leased from for this long is forgotten. Longer than the longest period, a month, and the
    /// hour after which its epochs are closed whoever held them: forgetting earlier would withhold rights.
    /// </summary>
    public static readonly TimeSpan SliceKept = TimeSpan.FromDays(40);

    /// <summary>How long an answer can be asked for again. Callers give up within a second.</summary>
    public static readonly TimeSpan LeaseKept = TimeSpan.FromMinutes(10);

    private const string Server = """
        local function server()
          local info = redis.call('INFO', 'replication')
          local id = string.match(info, 'master_replid:(%x+)')
          return string.match(info, 'role:(%a+)') == 'master' and id or nil
        end
        """;

    // Decimal numbers without sign or leading zeros: the longer is the larger.
    private const string Least = """
        local function least(a, b)
          if #a ~= #b then return #a < #b and a or b end
          return a < b and a or b
        end
        """;

    private static readonly RedisScript Load = new("load", Server + """

        local id = server()
        if not id then return {ARGV[1], 'replica'} end
        if redis.call('EXISTS', KEYS[1]) == 1 then return {ARGV[1], 'known'} end
        redis.call('HSET', KEYS[1], 'server', id, 'requests', ARGV[2], 'tokens', ARGV[3], 'spend', ARGV[4])
        redis.call('PEXPIRE', KEYS[1], ARGV[5])
        return {ARGV[1], 'loaded'}
        """);

    private static readonly RedisScript Take = new("take", Server + "\n" + Least + """

        local id = server()
        if not id then return {ARGV[1], 'replica'} end
        local sealed = redis.call('GET', KEYS[3]) or '0'
        local slice = redis.call('HMGET', KEYS[1], 'server', 'requests', 'tokens', 'spend')
        if slice[1] ~= id then return {ARGV[1], slice[1] and 'other' or 'gone', sealed} end
        if tonumber(sealed) >= tonumber(ARGV[2]) then return {ARGV[1], 'sealed', sealed} end
        local known = redis.call('HMGET', KEYS[2], 'requests', 'tokens', 'spend')
        if known[1] then return {ARGV[1], 'taken', sealed, known[1], known[2], known[3]} end
        local taken, some = {}, false
        for i, unit in ipairs({'requests', 'tokens', 'spend'}) do
          taken[i] = least(slice[i + 1], ARGV[i + 2])
          if taken[i] ~= '0' then
            some = true
            redis.call('HINCRBY', KEYS[1], unit, '-' .. taken[i])
          end
        end
        if not some then return {ARGV[1], 'empty', sealed} end
        redis.call('PEXPIRE', KEYS[1], ARGV[6])
        redis.call('HSET', KEYS[2], 'requests', taken[1], 'tokens', taken[2], 'spend', taken[3])
        redis.call('PEXPIRE', KEYS[2], ARGV[7])
        return {ARGV[1], 'taken', sealed, taken[1], taken[2], taken[3]}
        """);

    private static readonly RedisScript Seal = new("seal", """
        local sealed = redis.call('GET', KEYS[1]) or '0'
        if tonumber(ARGV[2]) > tonumber(sealed) then redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) end
        return {ARGV[1], 'sealed'}
        """);

    public async ValueTask LoadAsync(LogKey log, int epoch, SpendVector amount, CancellationToken cancel = default)
    {
        ThrowIfNegative(amount);
        var answer = await AskAsync(Load, [SliceKey(log, epoch)], [Text(amount.Requests), Text(amount.Tokens), Text(amount.NanoDollars), Milliseconds(SliceKept)], cancel);
        if ((string)answer[1] == "replica")
        {
            throw NotMaster();
        }
    }

    public async ValueTask<SliceLease> TakeAsync(LogKey log, int epoch, Guid lease, SpendVector want, CancellationToken cancel = default)
    {
        ThrowIfNegative(want);
        var answer = await AskAsync(
            Take,
            [SliceKey(log, epoch), $"{Prefix(log)}:lease:{Text(epoch)}:{lease:n}", SealKey(log)],
            [Text(epoch), Text(want.Requests), Text(want.Tokens), Text(want.NanoDollars), Milliseconds(SliceKept), Milliseconds(LeaseKept)],
            cancel);
        var sealedAt = answer.Length > 2 ? (int)answer[2] : throw NotMaster();
        return (string)answer[1] == "taken"
            ? new SliceLease(new SpendVector(Number(answer[3]), Number(answer[4]), Number(answer[5])), sealedAt)
            : new SliceLease(default, sealedAt);
    }

    public async ValueTask SealAsync(LogKey log, int epoch, CancellationToken cancel = default) =>
        await AskAsync(Seal, [SealKey(log)], [Text(epoch), Milliseconds(SliceKept)], cancel);

    /// <summary>What all keys of one log begin with; the part in braces decides the cluster's slot, so one script may touch all of them.</summary>
    internal static string Prefix(LogKey log) => string.Create(
        CultureInfo.InvariantCulture,
        $"gg:{{{Uri.EscapeDataString(log.Region)}/{Uri.EscapeDataString(log.Account.Budget)}/{log.Account.Period}/{log.Generation}}}");

    internal static string SliceKey(LogKey log, int epoch) => $"{Prefix(log)}:slice:{Text(epoch)}";

    private static string SealKey(LogKey log) => $"{Prefix(log)}:seal";

    private async ValueTask<RedisResult[]> AskAsync(RedisScript script, RedisKey[] keys, RedisValue[] arguments, CancellationToken cancel)
    {
        if (redis is { Up: true, Standing.MayLend: false })
        {
            throw new SlicesUnavailableException($"this Redis may not lend: {redis.Standing.Why}");
        }

        return await redis.EvaluateAsync(script, keys, arguments, cancel) ?? throw new SlicesUnavailableException($"Redis does not answer: {redis.Standing.Why}");
    }

    private SlicesUnavailableException NotMaster()
    {
        redis.Refused("the server is a replica now");
        return new SlicesUnavailableException("this Redis is a replica");
    }

    private static void ThrowIfNegative(SpendVector amount)
    {
        if (!amount.IsWhole)
        {
            throw new ArgumentOutOfRangeException(nameof(amount), amount, "no part may be below zero");
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static long Number(RedisResult number) => long.Parse((string)number, CultureInfo.InvariantCulture);

    private static string Milliseconds(TimeSpan time) => Text((long)time.TotalMilliseconds);
}
