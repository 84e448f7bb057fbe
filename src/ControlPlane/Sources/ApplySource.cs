using GlobalGateway.Contracts.Loading;
using GlobalGateway.ControlPlane.Rollouts;
using GlobalGateway.ControlPlane.Store.Leadership;

namespace GlobalGateway.ControlPlane.Sources;

/// <summary>The source of a fleet without Git and without a folder: what an admin sends with <c>gg apply</c>.</summary>
public sealed class ApplySource(SourceDesk desk, TimeProvider clock) : ILeaderDuty, IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile ILeadership? _term;

    public async Task RunAsync(ILeadership term)
    {
        _term = term;
        await Task.Delay(Timeout.InfiniteTimeSpan, clock, term.Ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _term = null;
    }

    /// <exception cref="LeadershipLostException">Another control plane leads.</exception>
    public async Task<SourceRecord> ApplyAsync(LoadResult loaded, string folder, string by, SourceWishes wishes, CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        try
        {
            var term = _term ?? throw new LeadershipLostException("another control plane leads");
            return await desk.TakeAsync(term, loaded, new RevisionOrigin("apply", Author: by, Message: $"gg apply {folder}"), folder, wishes, cancel);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();
}
