using GlobalGateway.Cql;
using GlobalGateway.Replication.Edge;
using GlobalGateway.Replication.Journal;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.EdgeNode.Quota;

/// <summary>
/// Does beside requests what the edge's quota needs. It ends after the listeners: then everything this edge used is reported,
/// and what it held is given back.
/// </summary>
public sealed partial class QuotaService(QuotaHome home, LedgerReport report, ILogger<QuotaService> logger) : IHostedService, IDisposable
{
    /// <summary>For the last reports; what does not get through by then is reported by the next run, from the journal.</summary>
    private static readonly TimeSpan EndMax = TimeSpan.FromSeconds(5);

    private readonly QuotaWorker _worker = new(home.Quota, home.Uploader, home.Stores.AgentLock, report.Observe);
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    /// <exception cref="LedgerRefusedException">The ledger's servers answer and are not what budgets can rest on.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await CheckAsync(cancellationToken);
        foreach (var earlier in home.Inherited.Predecessors)
        {
            if (earlier.Tear is { } tear)
            {
                LogTorn(earlier.Incarnation, tear);
            }
            else
            {
                LogTakenOver(earlier.Incarnation);
            }
        }

        foreach (var path in home.Inherited.Unreadable)
        {
            LogUnreadable(path);
        }

        _running = Task.Run(() => _worker.RunAsync(_stop.Token), CancellationToken.None);
    }

    /// <param name="cancellationToken">Not heeded: streams may have used all of its time, and this is short.</param>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _running;
        using var limit = new CancellationTokenSource(EndMax);
        try
        {
            await _worker.EndAsync(limit.Token);
        }
        catch (Exception problem) when (problem is LedgerUnavailableException or LedgerCorruptException or JournalFailedException or OperationCanceledException)
        {
            LogNotReported(problem.Message);
        }

        await home.DisposeAsync();
    }

    public void Dispose() => _stop.Dispose();

    private async Task CheckAsync(CancellationToken cancel)
    {
        if (home.Stores.Cluster is not { } cluster)
        {
            return;
        }

        try
        {
            if (await cluster.Checks.FindRefusalAsync(cancel) is { } why)
            {
                throw new LedgerRefusedException($"the ledger refuses this Cassandra: {why}");
            }
        }
        catch (CqlException problem)
        {
            // An edge starts without its ledger too; the checks come before its first use.
            LogNotChecked(problem.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, EventName = "ledger_not_checked", Message = "the ledger does not answer and is checked later ({Why})")]
    private partial void LogNotChecked(string why);

    [LoggerMessage(Level = LogLevel.Information, EventName = "journal_taken_over", Message = "took over the journal of run {Incarnation}, which is whole")]
    private partial void LogTakenOver(string incarnation);

    [LoggerMessage(Level = LogLevel.Warning, EventName = "journal_torn", Message = "the journal of run {Incarnation} is torn: what it held is charged in full and flagged as estimated ({Why})")]
    private partial void LogTorn(string incarnation, string why);

    [LoggerMessage(Level = LogLevel.Error, EventName = "journal_unreadable", Message = "{Path} has no readable header; a run whose journal was only there stays charged until its epochs are closed by hand")]
    private partial void LogUnreadable(string path);

    [LoggerMessage(Level = LogLevel.Warning, EventName = "quota_not_reported", Message = "not everything this edge used is reported; its next run reports it from the journal ({Why})")]
    private partial void LogNotReported(string why);
}
