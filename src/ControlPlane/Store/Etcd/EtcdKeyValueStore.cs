using System.Globalization;

namespace GlobalGateway.ControlPlane.Store.Etcd;

/// <summary>
/// The store of several control planes: etcd, through its JSON gateway.
/// Invariants: every read is linearizable; a transaction whose outcome is unknown is never sent again; requests come from typed records only.
/// </summary>
public sealed class EtcdKeyValueStore : IKeyValueStore
{
    /// <summary>A member's file that is larger, and less than half in use, is written anew.</summary>
    public const long DefragmentAbove = 64 * 1024 * 1024;

    private static readonly TimeSpan DefragmentTimeout = TimeSpan.FromSeconds(30);

    private readonly EtcdGateway _gateway;
    private readonly EtcdFollower _follower;
    private readonly long _quotaBytes;

    /// <param name="options">Valid ones.</param>
    public EtcdKeyValueStore(EtcdOptions options, TimeProvider clock, ILogger<EtcdKeyValueStore> log)
    {
        _gateway = new EtcdGateway(options, clock, log);
        _follower = new EtcdFollower(_gateway, clock, log);
        _quotaBytes = options.QuotaBytes ?? EtcdOptions.QuotaBytesDefault;
    }

    public TimeSpan ContactAge => _gateway.ContactAge;

    public Task<StoreRange> RangeAsync(StoreQuery query, CancellationToken cancel) => AskAsync(() => EtcdRange.ReadAsync(_gateway, query, null, cancel));

    public Task<StoreCommit> CommitAsync(StoreTransaction transaction, CancellationToken cancel)
    {
        StoreLimits.Check(transaction);
        return AskAsync(async () =>
        {
            var request = new TxnRequest([.. transaction.Conditions.Select(Compare)], [.. transaction.Writes.Select(Operation)]);
            var answer = await _gateway.DoOnceAsync("kv/txn", request, EtcdJsonContext.Default.TxnRequest, EtcdJsonContext.Default.TxnResponse, cancel);
            return new StoreCommit(answer.Succeeded, answer.Header.Revision);
        });
    }

    public Task<long> GrantLeaseAsync(TimeSpan timeToLive, CancellationToken cancel) => AskAsync(async () =>
        (await _gateway.AskAsync(
            "lease/grant", new LeaseGrantRequest((long)timeToLive.TotalSeconds), EtcdJsonContext.Default.LeaseGrantRequest, EtcdJsonContext.Default.LeaseResponse, cancel)).Id);

    public Task<bool> KeepLeaseAsync(long lease, CancellationToken cancel) => AskAsync(async () =>
    {
        var line = await _gateway.AskAsync("lease/keepalive", new LeaseRequest(lease), EtcdJsonContext.Default.LeaseRequest, EtcdJsonContext.Default.LeaseStreamLine, cancel);
        return line.Error is { } error ? throw EtcdFailureException.Of(error) : line.Result is { Ttl: > 0 };
    });

    public Task RevokeLeaseAsync(long lease, CancellationToken cancel) => AskAsync(async () =>
    {
        try
        {
            await _gateway.AskAsync("lease/revoke", new LeaseRequest(lease), EtcdJsonContext.Default.LeaseRequest, EtcdJsonContext.Default.EmptyResponse, cancel);
        }
        catch (EtcdFailureException problem) when (problem.Kind == FailureKind.NoLease)
        {
            // It has ended already.
        }

        return true;
    });

    public IAsyncEnumerable<StoreUpdate> FollowAsync(string prefix, CancellationToken cancel) => _follower.FollowAsync(prefix, cancel);

    public Task<StoreStanding> StandingAsync(CancellationToken cancel) => AskAsync(async () =>
    {
        var members = await StatusAsync(cancel);
        var fullest = members.MaxBy(member => member.DbSize) ?? throw new StoreUnavailableException("no member of etcd says how full it is");
        return new StoreStanding(fullest.DbSize, fullest.DbSizeQuota > 0 ? fullest.DbSizeQuota : _quotaBytes);
    });

    public Task CompactAsync(long revision, CancellationToken cancel) => AskAsync(async () =>
    {
        try
        {
            await _gateway.AskAsync("kv/compaction", new CompactionRequest(revision), EtcdJsonContext.Default.CompactionRequest, EtcdJsonContext.Default.EmptyResponse, cancel);
        }
        catch (EtcdFailureException problem) when (problem.Kind == FailureKind.Compacted)
        {
            // Somebody else was here.
        }

        // Compaction makes room within a member's file; only this gives it back, and the member stands still meanwhile.
        if ((await StatusAsync(cancel)).Any(member => member.DbSize > DefragmentAbove && member.DbSizeInUse < member.DbSize / 2))
        {
            await _gateway.AskEachAsync(
                "maintenance/defragment", new EmptyRequest(), EtcdJsonContext.Default.EmptyRequest, EtcdJsonContext.Default.EmptyResponse, DefragmentTimeout, cancel);
        }

        return true;
    });

    public ValueTask DisposeAsync()
    {
        _gateway.Dispose();
        return ValueTask.CompletedTask;
    }

    private Task<IReadOnlyList<StatusResponse>> StatusAsync(CancellationToken cancel) => _gateway.AskEachAsync(
        "maintenance/status", new EmptyRequest(), EtcdJsonContext.Default.EmptyRequest, EtcdJsonContext.Default.StatusResponse, TimeSpan.FromSeconds(2), cancel);

    private static EtcdCompare Compare(StoreCondition condition) => condition switch
    {
        StoreCondition.CreatedAt created => new EtcdCompare(EtcdKeys.Bytes(created.Key), "CREATE", CreateRevision: created.Revision),
        StoreCondition.ChangedAt changed => new EtcdCompare(EtcdKeys.Bytes(changed.Key), "MOD", ModRevision: changed.Revision),
        StoreCondition.HasValue value => new EtcdCompare(EtcdKeys.Bytes(value.Key), "VALUE", Value: value.Value),
        _ => throw new ArgumentOutOfRangeException(nameof(condition)),
    };

    private static EtcdOperation Operation(StoreWrite write) => write switch
    {
        StoreWrite.Put put => new EtcdOperation(RequestPut: new PutRequest(EtcdKeys.Bytes(put.Key), put.Value, put.Lease == 0 ? null : put.Lease)),
        StoreWrite.Delete delete => new EtcdOperation(RequestDeleteRange: new DeleteRequest(EtcdKeys.Bytes(delete.Key))),
        _ => throw new ArgumentOutOfRangeException(nameof(write)),
    };

    private static async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (EtcdFailureException problem)
        {
            throw problem.Kind switch
            {
                FailureKind.NoLease => new StoreException("there is no such lease"),
                FailureKind.NotLoggedIn => new StoreException($"etcd does not take the user's token: {problem.Message}; see userFile and passwordFile"),
                _ => new StoreException(string.Create(CultureInfo.InvariantCulture, $"etcd refuses: {problem.Message}")),
            };
        }
    }
}
