using GlobalGateway.Replication.Edge;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.Replication.Survey;

/// <summary>Keeps <see cref="BudgetAccount.Standing"/> of the budgets that this edge spends, and surveys one in full when asked.</summary>
public sealed class BudgetStandings(EdgeQuota quota)
{
    /// <summary>Budgets looked at in one turn; with more, each waits its turn.</summary>
    public const int BudgetsPerTurn = 256;

    private readonly BudgetSurveyor _surveyor = new(quota.Store);
    private int _at;

    /// <summary>Looks at the next budgets that have been spent from here.</summary>
    /// <exception cref="LedgerUnavailableException">What is known stays as it is.</exception>
    public async ValueTask RefreshAsync(CancellationToken cancel = default)
    {
        var active = quota.Budgets.Where(budget => budget.Current is not null).ToList();
        if (_at >= active.Count)
        {
            _at = 0;
        }

        foreach (var budget in active.Skip(_at).Take(BudgetsPerTurn))
        {
            await SurveyAsync(budget, cancel);
        }

        _at += BudgetsPerTurn;
    }

    /// <summary>How a budget stands in every region in its present period.</summary>
    public async ValueTask<BudgetSurvey> SurveyAsync(BudgetAccount budget, CancellationToken cancel = default)
    {
        var spec = budget.Spec;
        var survey = await _surveyor.SurveyAsync(spec, spec.Calendar.PeriodOf(quota.Clock.GetUtcNow()), quota.Periods.Regions, cancel);
        budget.Standing = new BudgetStanding(survey.Limit, survey.Spent + Unreported(budget, survey), survey.Ends);
        return survey;
    }

    /// <summary>What this edge has settled since its rows were written.</summary>
    private SpendVector Unreported(BudgetAccount budget, BudgetSurvey survey)
    {
        if (budget.Current is not { Holding: { } holding } current || current.Log.Account != survey.Account)
        {
            return default;
        }

        var unreported = SpendVector.Zero;
        foreach (var (epoch, spent) in quota.Book.SpentOf(holding))
        {
            var seen = survey.Regions.FirstOrDefault(r => r.Region == current.Log.Region && r.Generation == current.Log.Generation)?.Epochs.FirstOrDefault(e => e.Epoch == epoch);
            unreported += seen is null ? default : (spent - (seen.Holders.FirstOrDefault(h => h.Incarnation == holding.Incarnation)?.Used ?? default)).Positive();
        }

        return unreported;
    }
}
