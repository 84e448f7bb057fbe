using GlobalGateway.Contracts.Canonical;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.ControlPlane.Bundles;
using GlobalGateway.ControlPlane.Rollouts;
using GlobalGateway.ControlPlane.Store;
using GlobalGateway.ControlPlane.Tokens;

namespace GlobalGateway.ControlPlane.Api.Routes;

/// <summary>The revisions that the store keeps, and what differs between two of them.</summary>
public static class RevisionRoutes
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/revisions", List).For(ApiRole.Viewer)
            .Produces<RevisionPage>().ProducesProblem(StatusCodes.Status400BadRequest).WithSummary("The kept revisions, newest first.");
        api.MapGet("/revisions/{revision}", Show).For(ApiRole.Viewer)
            .Produces<StoredRevision>().ProducesProblem(StatusCodes.Status404NotFound).WithSummary("One revision, by the digits of its content hash or its sequence.");
        api.MapGet("/revisions/{revision}/diff/{other}", DiffAsync).For(ApiRole.Viewer)
            .Produces<ResourceDiff>().ProducesProblem(StatusCodes.Status404NotFound).WithSummary("What the other revision changes in this one, value by value.");
    }

    /// <summary>The newest of that name: digits of the content hash, at least four, or the sequence.</summary>
    public static StoredRevision? Find(RolloutQueries rollouts, string name) => rollouts.Revisions.FirstOrDefault(revision =>
        revision.Sequence.ToString(System.Globalization.CultureInfo.InvariantCulture) == name || (name.Length >= 4 && revision.ContentHash.StartsWith(name, StringComparison.Ordinal)));

    private static IResult List(RolloutQueries rollouts, long? after = null, int limit = ApiLimits.PageDefault)
    {
        if (limit is < 1 or > ApiLimits.PageMax)
        {
            return Problems.BadRequest($"limit is 1 to {ApiLimits.PageMax}.");
        }

        var page = rollouts.Revisions.Where(revision => after is null || revision.Sequence < after).Take(limit + 1).ToList();
        return Results.Json(new RevisionPage(page.Count > limit ? page[..limit] : page, page.Count > limit ? page[limit - 1].Sequence : null));
    }

    private static IResult Show(string revision, RolloutQueries rollouts) =>
        Find(rollouts, revision) is { } found ? Results.Json(found) : Unknown(revision);

    private static async Task<IResult> DiffAsync(string revision, string other, RolloutQueries rollouts, BundleShelf shelf, HttpContext context)
    {
        var sides = new ResourceSet[2];
        foreach (var (side, name) in new[] { revision, other }.Index())
        {
            if (Find(rollouts, name) is not { } found || await shelf.ResourcesAsync(found.Bundle, context.RequestAborted) is not { } resources)
            {
                return Unknown(name);
            }

            sides[side] = resources;
        }

        return Results.Json(ResourceDiff.Of(sides[0], sides[1]));
    }

    private static IResult Unknown(string revision) => Problems.NotFound($"There is no revision \"{revision}\" (any more); GET /api/v1/revisions lists those that are kept.");
}

/// <param name="Next">The <c>after</c> of the next page; absent on the last.</param>
public sealed record RevisionPage(IReadOnlyList<StoredRevision> Revisions, long? Next);
