using GlobalGateway.Replication.Stores;
using GlobalGateway.Replication.Survey;

namespace GlobalGateway.EdgeNode.Quota;

/// <summary>Looks again and again at where budgets stand in all regions, for warnings, headers and messages.</summary>
public sealed partial class StandingService(TimeProvider clock, ILogger<StandingService> logger, BudgetStandings? standings = null) : BackgroundService
{
    /// <summary>What is shown is older than this only where very many budgets are active.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (standings is null)
        {
            return;
        }

        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await standings.RefreshAsync(stoppingToken);
            }
            catch (LedgerUnavailableException)
            {
                // What is known stays; that the ledger does not answer is told by those who must have it.
            }
            catch (Exception problem) when (problem is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                // What is shown may be old; it must not end the process.
                LogNotLooked(problem);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, EventName = "standings_not_read", Message = "where budgets stand was not read; the next turn tries again")]
    private partial void LogNotLooked(Exception problem);
}
