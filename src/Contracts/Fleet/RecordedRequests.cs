using System.Text.Json;

namespace GlobalGateway.Contracts.Fleet;

/// <summary>What one edge has on record of its requests, as it answers <see cref="FleetProtocol.ShapesPath"/>.</summary>
/// <param name="Spent">What this edge last knew to be spent of the budgets it charges; at most <see cref="SpentMax"/>.</param>
public sealed record RecordedRequests(IReadOnlyList<RequestShape> Shapes, IReadOnlyList<BudgetSpent> Spent)
{
    /// <summary>An edge with more gives every n-th, each standing for n times as many.</summary>
    public const int ShapesMax = 20_000;

    public const int SpentMax = 2_000;

    /// <summary>Of the whole as JSON.</summary>
    public const int BytesMax = 32 * 1024 * 1024;

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, FleetJsonContext.Default.RecordedRequests);

    /// <returns>Nothing when it cannot be read, or is more than may be.</returns>
    public static RecordedRequests? Read(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, FleetJsonContext.Default.RecordedRequests) is { } recorded && recorded.Shapes.Count <= ShapesMax && recorded.Spent.Count <= SpentMax
                ? recorded
                : null;
        }
        catch (JsonException)
        {
            // Of a version that has other shapes: the change is tried on those of the other edges.
            return null;
        }
    }
}

/// <summary>What is spent of a budget in its present period, over all regions, as one edge last knew.</summary>
/// <param name="Budget">The budget's stable id.</param>
public sealed record BudgetSpent(string Budget, long NanoDollars, long Tokens, long Requests);
