using System.Text.Json;
using System.Text.Json.Nodes;
using GlobalGateway.Contracts.Canonical;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.ControlPlane.Sources;
using GlobalGateway.ControlPlane.Tokens;

namespace GlobalGateway.ControlPlane.Api.Routes;

/// <summary>The resources of the revision that is served. They are changed where the fleet's configuration comes from, not here.</summary>
public static class ResourceRoutes
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/resources", ListAsync).For(ApiRole.Viewer)
            .Produces<ResourcePage>().ProducesProblem(StatusCodes.Status400BadRequest).WithSummary("The served resources, by kind and name.");
        api.MapGet("/resources/{kind}/{name}", ShowAsync).For(ApiRole.Viewer)
            .Produces<JsonNode>().ProducesProblem(StatusCodes.Status404NotFound).WithSummary("One resource, in the shape it is written in.");
    }

    private static async Task<IResult> ListAsync(ChangePlan plan, HttpContext context, string? kind = null, string? after = null, int limit = ApiLimits.PageDefault)
    {
        if (limit is < 1 or > ApiLimits.PageMax)
        {
            return Problems.BadRequest($"limit is 1 to {ApiLimits.PageMax}.");
        }

        var page = (await plan.ServedAsync(context.RequestAborted) ?? new ResourceSet()).All().Where(resource => kind is null || resource.Kind.Equals(kind, StringComparison.OrdinalIgnoreCase))
            .OrderBy(resource => resource.Id, StringComparer.Ordinal).Where(resource => after is null || string.CompareOrdinal(resource.Id, after) > 0).Take(limit + 1).ToList();
        return Results.Json(new ResourcePage([.. page.Take(limit).Select(Shown)], page.Count > limit ? page[limit - 1].Id : null));
    }

    private static async Task<IResult> ShowAsync(string kind, string name, ChangePlan plan, HttpContext context) =>
        (await plan.ServedAsync(context.RequestAborted))?.All().FirstOrDefault(resource => resource.Kind.Equals(kind, StringComparison.OrdinalIgnoreCase) && resource.Name == name) is { } found
            ? Results.Json(Shown(found))
            : Problems.NotFound($"The served revision has no {kind} \"{name}\"; GET /api/v1/resources lists what it has.");

    private static JsonNode Shown(Resource resource) => JsonNode.Parse(CanonicalJson.Write(resource))!;
}

/// <param name="Next">The <c>after</c> of the next page; absent on the last.</param>
public sealed record ResourcePage(IReadOnlyList<JsonNode> Resources, string? Next);
