using System.Collections.Concurrent;
using System.Globalization;
using GlobalGateway.EdgeNode.Hosting;
using GlobalGateway.Replication.RateLimits;
using GlobalGateway.Replication.RateLimits.Loans;
using GlobalGateway.Replication.Redis;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.EdgeNode.Limits;

/// <summary>
/// Moves rates of global limits to where clients ask for them. Each member owns an equal part and lends what it does not need for a
/// term, also of limits that nobody asks here for; cut off from the others, it has its own part as far as that is not lent, and all of it a term later.
/// A member is an edge, or where edges share a Redis their region: then one of them lends for it, and what it may use is in Redis before
/// a grant is on its way.
/// </summary>
public sealed class RateLending(
    EdgeOptions options, IRateLoanStore store, Func<string, CompiledLimit?> find, TimeProvider clock, RedisConnection? redis = null, RedisRateLimitStore? shared = null) : BackgroundService
{
    /// <summary>How long a loan lasts; it is asked for anew when half of that is over.</summary>
    public static readonly TimeSpan Term = TimeSpan.FromSeconds(10);

    /// <summary>Between two looks at the letters.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);

    private const int SaidAtOnce = 32;

    /// <summary>Limits that take part; those met after that keep their equal parts.</summary>
    public const int LimitsMax = 10_000;

    private readonly ConcurrentDictionary<string, LoanedRate> _rates = new(StringComparer.Ordinal);
    private readonly string _member = $"{options.Region}/{options.Name}";
    private readonly string _run = $"{options.Name}/{Guid.NewGuid():n}";
    private readonly long _origin = clock.GetTimestamp();
    private TimeSpan _lentUntil = Term * (1 + RateLoans.DriftMax);
    private long _turnedAt = clock.GetTimestamp();

    /// <summary>The limit as it holds for this edge now.</summary>
    public Gcra RateOf(CompiledLimit limit, long cost) =>
        (_rates.TryGetValue(limit.SharedAs, out var known) ? known : Add(limit)) is { } rate ? rate.Take(cost, Now) : OwnPart(limit.Rate);

    /// <summary>Whether edges of a region share its rate in Redis.</summary>
    public bool IsRegions => shared is not null && redis is not null;

    /// <summary>Takes from the region's bucket at the rate that its lender said.</summary>
    public ValueTask<RateDecision> TakeAsync(CompiledLimit limit, long cost)
    {
        if (redis!.Standing is { Reached: true, MayLend: false } && Now > _lentUntil)
        {
            // Nobody lends by a server that cannot tell whether it was promoted, and what was lent before is over: the region has its part.
            return shared!.TakeAsync(limit.Key, limit.Rate, cost);
        }

        _ = _rates.ContainsKey(limit.SharedAs) || Add(limit) is null;
        return shared!.TakeLentAsync(limit.Key, limit.Rate, new Gcra(limit.Rate.TicksPerUnit / LoanedRate.FloorShare, limit.Rate.Burst), cost);
    }

    private TimeSpan Now => clock.GetElapsedTime(_origin);

    /// <summary>Answers, asks and offers once.</summary>
    public async ValueTask TurnAsync(CancellationToken cancel = default)
    {
        var took = clock.GetElapsedTime(_turnedAt);
        _turnedAt = clock.GetTimestamp();
        var letters = await store.ReadAsync(_member, cancel);
        var outgoing = new Dictionary<string, (Dictionary<string, LoanRequest> Requests, Dictionary<string, LoanGrant> Grants)>(StringComparer.Ordinal);
        foreach (var letter in letters)
        {
            foreach (var (limit, grant) in letter.Grants)
            {
                _rates.GetValueOrDefault(limit)?.Receive(grant, Now);
            }

            foreach (var (limit, request) in letter.Requests)
            {
                if (Find(limit) is { Lends: true } rate && rate.Grant(request, Now) is { } grant)
                {
                    To(letter.From).Grants[limit] = grant;
                }
            }
        }

        await SayAsync(outgoing.Values, cancel);
        await AskAsync(took, To, cancel);
        foreach (var (to, (requests, grants)) in outgoing)
        {
            await store.WriteAsync(new LoanLetter(_member, to, requests, grants), cancel);
        }

        await store.OfferAsync(_member, _rates.ToDictionary(r => r.Key, r => r.Value.Lends ? r.Value.Spare(Now) : 0), cancel);

        (Dictionary<string, LoanRequest> Requests, Dictionary<string, LoanGrant> Grants) To(string member)
        {
            if (!outgoing.TryGetValue(member, out var letter))
            {
                outgoing.Add(member, letter = ([], []));
            }

            return letter;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await TurnAsync(stoppingToken);
            }
            catch (LedgerUnavailableException)
            {
                // What is borrowed runs out, what is lent comes back: no one needs to be told.
            }
        }
    }

    private async ValueTask AskAsync(
        TimeSpan took, Func<string, (Dictionary<string, LoanRequest> Requests, Dictionary<string, LoanGrant> Grants)> to, CancellationToken cancel)
    {
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>>? offers = null;
        foreach (var (limit, rate) in _rates)
        {
            rate.Learn(took);
            var lacking = rate.Needed - rate.InUse(Now + Term / 2);
            if (lacking <= 0 || !rate.Lends)
            {
                continue;
            }

            offers ??= await store.ReadOffersAsync(cancel);
            // Whoever has not met the limit yet says nothing of it, and has all of its part.
            var (lender, spare) = offers.Where(o => o.Key != _member).Select(o => (o.Key, Spare: o.Value.TryGetValue(limit, out var spare) ? spare : double.MaxValue)).OrderByDescending(o => o.Spare).FirstOrDefault();
            if (spare > 0 && rate.Ask(Math.Min(lacking, spare), Now) is { } request)
            {
                to(lender).Requests[limit] = request;
            }
        }
    }

    // Lowered where it is used before anybody else may use it.
    private async ValueTask SayAsync(IEnumerable<(Dictionary<string, LoanRequest> Requests, Dictionary<string, LoanGrant> Grants)> letters, CancellationToken cancel)
    {
        if (redis is null)
        {
            return;
        }

        var mayLend = redis.Standing.MayLend;
        _lentUntil = mayLend ? Now + Term * (1 + RateLoans.DriftMax) : _lentUntil;
        await Parallel.ForEachAsync(
            _rates.Values,
            new ParallelOptions { MaxDegreeOfParallelism = SaidAtOnce, CancellationToken = cancel },
            async (rate, stop) => await rate.SayAsync(mayLend, () => Now, stop));
        foreach (var letter in letters)
        {
            foreach (var limit in letter.Grants.Keys.Where(limit => !_rates[limit].Lends).ToArray())
            {
                letter.Grants.Remove(limit);
            }
        }
    }

    private LoanedRate? Find(string sharedAs) =>
        _rates.TryGetValue(sharedAs, out var rate) ? rate : find(sharedAs) is { } limit ? Add(limit) : null;

    // A limit that is changed is another one: nobody lends of the old what it has not in the new. What this edge lent before it
    // was started it lent before the origin, whenever it meets the limit again.
    private LoanedRate? Add(CompiledLimit limit) =>
        _rates.Count >= LimitsMax ? null : _rates.GetOrAdd(limit.SharedAs, _ => new LoanedRate(
            OwnPart(limit.Rate), Term, TimeSpan.Zero, redis is null ? null : new RegionRate(redis, options.Region, limit.Key, limit.Rate, _run, clock)));

    private Gcra OwnPart(Gcra regions) => redis is not null ? regions : new(regions.TicksPerUnit * options.EdgesMax, Math.Max(1, regions.Burst / options.EdgesMax));

    /// <summary>Names a limit with its rate, the same in every region.</summary>
    public static string NameOf(string key, Gcra rate) => string.Create(CultureInfo.InvariantCulture, $"{key}@{rate.TicksPerUnit:R}");
}
