using System.Globalization;
using StackExchange.Redis;

namespace GlobalGateway.Replication.Redis;

/// <summary>
/// One purpose's connection to a region's Redis. What must stay true: no caller waits longer than <see cref="Timeout"/>; after any
/// failure Redis is left alone, callers are told so at once, and only the loop in the background finds out when it is back, on
/// a fresh multiplexer, so that no answer of the old one can reach a new call.
/// </summary>
public sealed class RedisConnection : IAsyncDisposable
{
    /// <summary>A request waits this long for Redis.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(50);

    /// <summary>Between two looks at a server that answers; one that hangs while nobody asks is found out before somebody does.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <summary>How long Redis is left alone after a failure; doubled while failures follow each other.</summary>
    public static readonly TimeSpan PauseMin = TimeSpan.FromMilliseconds(100);

    public static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(2);

    /// <summary>Calls on their way at a time; more are answered as if Redis were lost, which bounds what a hung server holds back.</summary>
    public const int CallsMax = 4_096;

    private readonly CancellationTokenSource _ended = new();
    private readonly TaskCompletionSource<RedisStanding> _firstLook = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly RedisDialing _dialing;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _patience;
    private readonly Task _loop;
    private volatile RedisLink? _link;
    private volatile RedisStanding _standing = RedisStanding.NotReached("not connected yet");
    private long _calls;
    private long _failures;
    private int _inFlight;

    /// <param name="purpose">What it is for, as servers list it: <c>quota</c>. Purposes do not share connections.</param>
    /// <exception cref="ArgumentException">The settings cannot be right.</exception>
    public RedisConnection(RedisOptions options, string purpose, TimeProvider clock)
        : this(options, purpose, clock, Timeout)
    {
    }

    /// <param name="patience">Instead of <see cref="Timeout"/>, for tests of what servers answer, on machines that do much else.</param>
    internal RedisConnection(RedisOptions options, string purpose, TimeProvider clock, TimeSpan patience)
    {
        if (options.WhyNot() is { } why)
        {
            throw new ArgumentException(why, nameof(options));
        }

        _dialing = new RedisDialing(options, purpose);
        _clock = clock;
        _patience = patience;
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Redis answers; otherwise it is left alone and looked for in the background.</summary>
    public bool Up => _link is not null;

    /// <summary>What the server turned out to be, or why it could not be asked.</summary>
    public RedisStanding Standing => _standing;

    /// <summary>Calls that got no answer since the start, those included that were not made because Redis was being left alone.</summary>
    public long Failures => Volatile.Read(ref _failures);

    /// <summary>Waits until Redis answered, or could not be entered, for the first time.</summary>
    public Task<RedisStanding> FirstLookAsync(CancellationToken cancel = default) => _firstLook.Task.WaitAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _loop;
        _dialing.Dispose();
        _ended.Dispose();
    }

    /// <summary>
    /// Runs a script at the master of its keys' slot; nothing when Redis is lost or answers with an error. After nothing the script
    /// may have run, or may run yet.
    /// </summary>
    internal async ValueTask<RedisResult[]?> EvaluateAsync(RedisScript script, RedisKey[] keys, RedisValue[] arguments, CancellationToken cancel = default)
    {
        if (_link is not { } link)
        {
            Interlocked.Increment(ref _failures);
            return null;
        }

        try
        {
            if (Interlocked.Increment(ref _inFlight) <= CallsMax && await CallAsync(link, script, keys, arguments, cancel) is { } answer)
            {
                return answer;
            }
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }

        Interlocked.Increment(ref _failures);
        return null;
    }

    /// <summary>A caller learned from an answer that this is not the server to be connected to.</summary>
    internal void Refused(string why)
    {
        if (_link is { } link)
        {
            Lose(link, why);
        }
    }

    private async Task<RedisResult[]?> CallAsync(RedisLink link, RedisScript script, RedisKey[] keys, RedisValue[] arguments, CancellationToken cancel)
    {
        var id = Interlocked.Increment(ref _calls).ToString(CultureInfo.InvariantCulture);
        var call = link.EvaluateAsync(script, keys, [id, .. arguments]);
        try
        {
            var answer = (RedisResult[])await call.WaitAsync(_patience, _clock, cancel);
            if (answer is [var first, ..] && (string)first == id)
            {
                return answer;
            }

            Lose(link, "an answer belonged to another call");
        }
        catch (TimeoutException)
        {
            Lose(link, $"no answer within {_patience.TotalMilliseconds:0} ms");
        }
        catch (RedisServerException e)
        {
            Lose(link, e.Message);
        }
        catch (Exception e) when (e is RedisException or ObjectDisposedException or InvalidCastException)
        {
            Lose(link, "the connection is lost");
        }
        finally
        {
            // Nobody waits for it any more, and what becomes of it is known: the multiplexer is dropped.
            _ = call.ContinueWith(static late => late.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        return null;
    }

    private void Lose(RedisLink link, string why)
    {
        if (Interlocked.CompareExchange(ref _link, null, link) == link)
        {
            _standing = RedisStanding.NotReached(why);
            link.Lose();
        }
    }

    private async Task RunAsync()
    {
        var pause = PauseMin;
        while (!_ended.IsCancellationRequested)
        {
            var opened = _clock.GetTimestamp();
            try
            {
                using var link = await RedisLink.OpenAsync(_dialing);
                _standing = link.Standing;
                _link = link;
                _firstLook.TrySetResult(link.Standing);
                await WatchAsync(link);
                pause = _clock.GetElapsedTime(opened) > PauseMax * 2 ? PauseMin : pause;
            }
            catch (RedisUnavailableException e)
            {
                _standing = RedisStanding.NotReached(e.Message);
                _firstLook.TrySetResult(_standing);
            }
            finally
            {
                _link = null;
            }

            // Not all edges at the same moment.
            await WaitAsync(pause * (0.5 + Random.Shared.NextDouble()));
            pause = pause * 2 < PauseMax ? pause * 2 : PauseMax;
        }
    }

    private async Task WatchAsync(RedisLink link)
    {
        while (_link == link && !_ended.IsCancellationRequested)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(_ended.Token);
            await Task.WhenAny(link.Lost, Task.Delay(LookEvery, _clock, stop.Token));
            await stop.CancelAsync();
            if (_link == link && !_ended.IsCancellationRequested && await link.WhyNotAsync(_patience, _clock) is { } why)
            {
                Lose(link, why);
            }
        }
    }

    private async Task WaitAsync(TimeSpan pause)
    {
        try
        {
            await Task.Delay(pause, _clock, _ended.Token);
        }
        catch (OperationCanceledException)
        {
            // The end of the process.
        }
    }
}
