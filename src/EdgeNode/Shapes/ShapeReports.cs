using GlobalGateway.Contracts.Fleet;
using GlobalGateway.EdgeNode.Snapshots;

namespace GlobalGateway.EdgeNode.Shapes;

/// <summary>Answers a control plane that asks for the shapes on record.</summary>
public sealed class ShapeReports(ShapeRecorder recorder, SnapshotStore snapshots)
{
    public IEnumerable<ShapesReport> Answer(string nonce)
    {
        var shapes = recorder.Read();
        for (var at = 0; at < shapes.Count; at += FleetProtocol.ShapesPerReportMax)
        {
            yield return new ShapesReport(nonce, false, [.. shapes.Skip(at).Take(FleetProtocol.ShapesPerReportMax)]);
        }

        yield return new ShapesReport(nonce, true, [], Spent());
    }

    private List<BudgetSpent> Spent()
    {
        var spent = new List<BudgetSpent>();
        foreach (var budget in snapshots.Current?.Budgets ?? [])
        {
            // Without a period nobody has told what is spent.
            if (budget.Account?.Standing is { ResetsAt: var resets } standing && resets != default && spent.Count < FleetProtocol.SpentBudgetsMax)
            {
                spent.Add(new BudgetSpent(budget.Spec.Id, standing.Spent.NanoDollars, standing.Spent.Tokens, standing.Spent.Requests));
            }
        }

        return spent;
    }
}
