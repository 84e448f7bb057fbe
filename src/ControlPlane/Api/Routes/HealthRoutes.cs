namespace GlobalGateway.ControlPlane.Api.Routes;

/// <summary>For whoever restarts or routes to control planes; needs no token and tells nothing.</summary>
public static class HealthRoutes
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/health/live", () => Results.Text("live\n")).WithMetadata(new OpenRoute()).ExcludeFromDescription();
        app.MapGet("/health/ready", (StatusQueries queries) => queries.IsReady
            ? Results.Text("ready\n")
            : Results.Text("not ready: no valid revision yet\n", statusCode: StatusCodes.Status503ServiceUnavailable)).WithMetadata(new OpenRoute()).ExcludeFromDescription();
    }
}
