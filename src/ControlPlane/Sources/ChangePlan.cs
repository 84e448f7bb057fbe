using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Canonical;
using GlobalGateway.Contracts.Loading;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.ControlPlane.Bundles;
using GlobalGateway.ControlPlane.Distribution;
using GlobalGateway.ControlPlane.Replay;
using GlobalGateway.ControlPlane.Rollouts;

namespace GlobalGateway.ControlPlane.Sources;

/// <summary>Checks what somebody wants to be served, and says what it would change. It writes nothing.</summary>
public sealed class ChangePlan(RolloutQueries rollouts, BundleShelf shelf, FleetView fleet, ShapeCollector shapes, LoadWatch load, TimeProvider clock)
{
    /// <summary>The compiled bundle, or everything that is wrong.</summary>
    public CheckedChange Check(LoadResult loaded, string from)
    {
        if (loaded.Resources is not { } resources)
        {
            return new CheckedChange(null, null, loaded.Errors);
        }

        var problems = new List<string>();
        if (resources.Models.Count == 0 && resources.Routes.Count == 0)
        {
            problems.Add("there is no Model and no Route; edges would serve nothing");
        }

        if (CapacityCheck.Problem(resources, load.Peak) is { } capacity)
        {
            problems.Add(capacity);
        }

        if (FormatProblem() is { } format)
        {
            problems.Add(format);
        }

        var (bundle, tooLarge) = CompiledBundle.Compile(resources, clock.GetUtcNow());
        if (tooLarge is not null)
        {
            problems.Add(tooLarge);
        }

        return problems.Count > 0
            ? new CheckedChange(null, resources, [.. problems.Select(problem => new ResourceError(from, 0, 0, "", "", problem))])
            : new CheckedChange(bundle, resources, []);
    }

    /// <summary>A bundle that a connected edge cannot read is not begun: it would be refused there, region by region.</summary>
    private string? FormatProblem() => fleet.Edges.FirstOrDefault(edge => edge.Connected && !edge.Report.Formats.Contains(BundleFormat.Current)) is { Report: var edge }
        ? $"edge {edge.Id} reads bundles of format {string.Join(", ", edge.Formats)}, and this control plane writes format {BundleFormat.Current}; bring both to versions that share one"
        : null;

    /// <summary>Against what is served; nothing where nothing is.</summary>
    public async Task<ResourceSet?> ServedAsync(CancellationToken cancel) => rollouts.Serving is { } serving ? await shelf.ResourcesAsync(serving.Bundle, cancel) : null;

    public async Task<ResourceDiff> DiffAsync(ResourceSet proposed, CancellationToken cancel) => ResourceDiff.Of(await ServedAsync(cancel) ?? new ResourceSet(), proposed);

    /// <summary>Tries the change on the requests that edges have on record.</summary>
    public async Task<DecisionDiff?> DecideAsync(ResourceSet proposed, CancellationToken cancel)
    {
        if (await ServedAsync(cancel) is not { } serving)
        {
            return null;
        }

        var traffic = await shapes.CollectAsync(cancel);
        return DecisionDiff.Of(traffic.Shapes, serving, proposed, traffic.Spent, clock.GetUtcNow());
    }
}

/// <param name="Bundle">Absent when there is any error.</param>
public sealed record CheckedChange(CompiledBundle? Bundle, ResourceSet? Resources, IReadOnlyList<ResourceError> Errors);
