using GlobalGateway.ControlPlane.Tokens;

namespace GlobalGateway.ControlPlane.Api.Routes;

/// <summary>What is served where.</summary>
public static class StatusRoutes
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/status", (StatusQueries queries) => Results.Json(queries.Status(), ApiJsonContext.Default.FleetStatus)).For(ApiRole.Viewer)
            .Produces<FleetStatus>().WithSummary("The fleet on one page: revision, source, edges.");
        api.MapGet("/edges", (StatusQueries queries) => Results.Json(new EdgeList(queries.Edges()), ApiJsonContext.Default.EdgeList)).For(ApiRole.Viewer)
            .Produces<EdgeList>().WithSummary("Every edge, and what it last said it serves.");
    }
}
