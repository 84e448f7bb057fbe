using System.Net;
using GlobalGateway.Contracts.Fleet;

namespace GlobalGateway.ControlPlane.Distribution;

/// <summary>Asks edges of every region, whichever control plane they follow, for the requests on their record.</summary>
public sealed partial class ShapeCollector(FleetView fleet, EdgeClient edges, ILogger<ShapeCollector> log)
{
    public const int ShapesMax = 200_000;

    /// <summary>Asked at once; of more, some of each region.</summary>
    public const int EdgesMax = 32;

    /// <summary>What has not come by then is left out: a commit does not wait for a slow edge.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    /// <summary>Everything that came in time, and the highest spend that any edge knew per budget.</summary>
    public async Task<RecordedTraffic> CollectAsync(CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        var answers = await Task.WhenAll(Asked().Select(edge => AskAsync(edge, patience.Token)));
        cancel.ThrowIfCancellationRequested();

        var spent = new Dictionary<string, BudgetSpent>(StringComparer.Ordinal);
        foreach (var known in answers.SelectMany(answer => answer?.Spent ?? []))
        {
            spent[known.Budget] = spent.TryGetValue(known.Budget, out var other) && other.NanoDollars > known.NanoDollars ? other : known;
        }

        return new RecordedTraffic([.. answers.SelectMany(answer => answer?.Shapes ?? []).Take(ShapesMax)], spent);
    }

    private IEnumerable<AskableEdge> Asked() =>
        fleet.Askable.GroupBy(edge => edge.Report.Region).SelectMany(region => region.Index()).OrderBy(edge => edge.Index).Select(edge => edge.Item).Take(EdgesMax);

    /// <returns>Nothing when it does not say, or not in time.</returns>
    private async Task<RecordedRequests?> AskAsync(AskableEdge edge, CancellationToken cancel)
    {
        try
        {
            var (status, body) = await edges.GetAsync(edge.Address, FleetProtocol.ShapesPath, RecordedRequests.BytesMax, cancel);
            var recorded = status == HttpStatusCode.OK && body is not null ? RecordedRequests.Read(body) : null;
            if (recorded is null)
            {
                NotTold(edge.Report.Id, status != HttpStatusCode.OK ? $"it answers {(int)status}" : body is null ? "its answer is too large" : "its answer cannot be read by this version");
            }

            return recorded;
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException or OperationCanceledException)
        {
            NotTold(edge.Report.Id, problem is OperationCanceledException ? "no answer in time" : problem.Message);
            return null;
        }
    }

    [LoggerMessage(1, LogLevel.Information, "edge {Edge} did not tell of its requests, the change is tried on those of the others: {Why}", EventName = "requests not told")]
    private partial void NotTold(string edge, string why);
}

/// <param name="Spent">By the budgets' ids.</param>
public sealed record RecordedTraffic(IReadOnlyList<RequestShape> Shapes, IReadOnlyDictionary<string, BudgetSpent> Spent);
