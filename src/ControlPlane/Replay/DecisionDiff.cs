using System.Globalization;
using GlobalGateway.Contracts.Fleet;
using GlobalGateway.Contracts.Resources;

namespace GlobalGateway.ControlPlane.Replay;

/// <summary>What a new configuration would decide otherwise about recorded requests.</summary>
/// <param name="Requests">How many requests the recorded shapes stand for.</param>
/// <param name="Denied">Those that would now be denied.</param>
/// <param name="Allowed">Those that would now be allowed.</param>
public sealed record DecisionDiff(double Requests, double Denied, double Allowed, IReadOnlyList<DecisionChange> Changes)
{
    public const int ChangesMax = 100;

    /// <summary>Tries each shape on both configurations; changes are grouped and the largest named.</summary>
    public static DecisionDiff Of(
        IReadOnlyList<RequestShape> shapes, ResourceSet serving, ResourceSet proposed, IReadOnlyDictionary<string, BudgetSpent> spent, DateTimeOffset now)
    {
        var (before, after) = (new DecisionIndex(serving, spent, now), new DecisionIndex(proposed, spent, now));
        var changes = new Dictionary<(string, string, string, bool, bool), double>();
        double requests = 0, denied = 0, allowed = 0;
        foreach (var shape in shapes)
        {
            requests += shape.Weight;
            var (then, next) = (before.Decide(shape), after.Decide(shape));
            if (then.Allowed == next.Allowed)
            {
                continue;
            }

            (denied, allowed) = next.Allowed ? (denied, allowed + shape.Weight) : (denied + shape.Weight, allowed);
            var key = (shape.Tenant, shape.Model is { } model ? $"model {model}" : $"route {shape.Route}", next.Why ?? then.Why!, next.Allowed, then.Estimated || next.Estimated);
            changes[key] = changes.GetValueOrDefault(key) + shape.Weight;
        }

        return new DecisionDiff(
            requests,
            denied,
            allowed,
            [
                .. changes.OrderByDescending(change => change.Value).ThenBy(change => change.Key.Item1, StringComparer.Ordinal).Take(ChangesMax)
                    .Select(change => new DecisionChange(change.Key.Item1, change.Key.Item2, change.Key.Item4, change.Key.Item3, change.Key.Item5, change.Value)),
            ]);
    }

    /// <summary>Such as <c>37 of 10,000 requests would now be denied: tenant acme, model gpt-4o</c>.</summary>
    public override string ToString() => this switch
    {
        { Requests: 0 } => "no requests are recorded: nothing to try the change on",
        { Denied: 0, Allowed: 0 } => $"{Count(Requests)} recorded requests: all decided as before",
        { Denied: 0 } => $"{Count(Allowed)} of {Count(Requests)} requests would now be allowed: {Named(true)}",
        _ => $"{Count(Denied)} of {Count(Requests)} requests would now be denied: {Named(false)}",
    };

    private string Named(bool allowed)
    {
        var named = Changes.Where(change => change.NowAllowed == allowed).ToList();
        var first = named.Take(3).Select(change => $"tenant {change.Tenant}, {change.Target} ({change.Why}{(change.Estimated ? ", estimated" : "")})");
        return string.Join("; ", first) + (named.Count > 3 ? $"; and {named.Count - 3} more" : "");
    }

    private static string Count(double requests) => requests.ToString("#,0", CultureInfo.InvariantCulture);
}

/// <summary>A tenant's requests to one model or route that would be decided otherwise.</summary>
/// <param name="Target">Such as <c>model fast</c> or <c>route sentiment</c>.</param>
/// <param name="Why">Why they would be denied, or were.</param>
/// <param name="Estimated">Whether a reported spend was used.</param>
public sealed record DecisionChange(string Tenant, string Target, bool NowAllowed, string Why, bool Estimated, double Requests);
