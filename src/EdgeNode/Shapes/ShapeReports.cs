using GlobalGateway.Contracts.Fleet;
using GlobalGateway.EdgeNode.Snapshots;

namespace GlobalGateway.EdgeNode.Shapes;

/// <summary>What a control plane is told that asks for the requests on record.</summary>
public sealed class ShapeReports(ShapeRecorder recorder, SnapshotStore snapshots)
{
    public RecordedRequests Read() => new(Thinned(recorder.Read()), Spent());

    /// <summary>Evenly, so that tenants keep their shares.</summary>
    private static IReadOnlyList<RequestShape> Thinned(IReadOnlyList<RequestShape> shapes)
    {
        if (shapes.Count <= RecordedRequests.ShapesMax)
        {
            return shapes;
        }

        var each = (double)shapes.Count / RecordedRequests.ShapesMax;
        return [.. Enumerable.Range(0, RecordedRequests.ShapesMax).Select(index => shapes[(int)(index * each)]).Select(shape => shape with { Weight = shape.Weight * each })];
    }

    private List<BudgetSpent> Spent()
    {
        var spent = new List<BudgetSpent>();
        foreach (var budget in snapshots.Current?.Budgets ?? [])
        {
            // Without a period nobody has told what is spent.
            if (budget.Account?.Standing is { ResetsAt: var resets } standing && resets != default && spent.Count < RecordedRequests.SpentMax)
            {
                spent.Add(new BudgetSpent(budget.Spec.Id, standing.Spent.NanoDollars, standing.Spent.Tokens, standing.Spent.Requests));
            }
        }

        return spent;
    }
}
