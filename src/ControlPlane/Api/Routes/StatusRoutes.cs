using GlobalGateway.ControlPlane.Tokens;

namespace GlobalGateway.ControlPlane.Api.Routes;

/// <summary>What is served where.</summary>
public static class StatusRoutes
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/status", async (StatusQueries queries, CancellationToken cancel) => Results.Json(await queries.StatusAsync(cancel), ApiJsonContext.Default.FleetStatus)).For(ApiRole.Viewer)
            .Produces<FleetStatus>().WithSummary("The fleet on one page: revision, source, edges, store.");
        api.MapGet("/edges", (StatusQueries queries) => Results.Json(new EdgeList(queries.Edges()), ApiJsonContext.Default.EdgeList)).For(ApiRole.Viewer)
            .Produces<EdgeList>().WithSummary("Every edge, and what it last said it serves.");
    }
}
