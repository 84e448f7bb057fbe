using System.Collections.Concurrent;
using GlobalGateway.EdgeNode.Health;
using GlobalGateway.EdgeNode.Hosting;
using GlobalGateway.EdgeNode.Snapshots;

namespace GlobalGateway.EdgeNode.Jwt;

/// <summary>The keys of every issuer that the served bundle names, fetched anew in the background.</summary>
public sealed class JwtKeys(EdgeOptions options, SnapshotStore snapshots, JwksClient client, TimeProvider clock) : BackgroundService, IDependencyReport
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<(string Issuer, string? Url), IssuerKeys> _issuers = new();
    private readonly string _directory = Path.Combine(options.DataDirectory, "jwks");
    private readonly CancellationTokenSource _stopped = new();
    private int _disposed;

    public string Name => "jwks";

    public string? WhyDegraded => _issuers.Values.Select(issuer => issuer.Problem).FirstOrDefault(problem => problem is not null);

    public IssuerKeys Of(string issuer, string? jwksUrl) =>
        _issuers.GetOrAdd((issuer, jwksUrl), key => new IssuerKeys(key.Issuer, key.Url, _directory, client, clock));

    /// <summary>A token names a key that is not there: the one fetch that a request may wait for.</summary>
    public Task AskAsync(IssuerKeys issuer, CancellationToken cancel) => issuer.RefreshAsync(_stopped.Token).WaitAsync(cancel);

    public override void Dispose()
    {
        // It is several services, and each of them is disposed of.
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _stopped.Cancel();
            _stopped.Dispose();
            base.Dispose();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await LookAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The edge goes down.
        }
    }

    private async Task LookAsync(CancellationToken cancel)
    {
        var named = snapshots.Current?.Keys.Tokens.Issuers.SelectMany(issuer => issuer.Value).Select(tenant => (tenant.Issuer, tenant.JwksUrl)).ToHashSet() ?? [];
        foreach (var gone in _issuers.Keys.Where(issuer => !named.Contains(issuer)))
        {
            _issuers.TryRemove(gone, out _);
        }

        await Task.WhenAll(named.Select(issuer => Of(issuer.Issuer, issuer.JwksUrl)).Where(keys => keys.IsDue).Select(keys => keys.RefreshAsync(cancel)));
    }
}
