using GlobalGateway.ControlPlane.Store;
using GlobalGateway.ControlPlane.Tokens;

namespace GlobalGateway.ControlPlane.Api.Routes;

/// <summary>Founding a fleet in an empty store, or anew in one that lost it.</summary>
public static class FleetRoutes
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/fleet/init", async (Founding founding, HttpContext context) => Answer(await founding.InitialiseAsync(context.Caller(), context.RequestAborted)))
            .For(ApiRole.Admin).Produces<FoundingRecord>().ProducesProblem(StatusCodes.Status409Conflict).WithSummary("Founds a new fleet in an empty store.");
        api.MapPost("/fleet/recover", async (Founding founding, HttpContext context) => Answer(await founding.RecoverAsync(context.Caller(), context.RequestAborted)))
            .For(ApiRole.Admin).Produces<FoundingRecord>().ProducesProblem(StatusCodes.Status409Conflict).WithSummary("Founds the fleet anew from what its edges hold, in a store that lost it.");
    }

    private static IResult Answer(FoundingOutcome outcome) => outcome.Record is { } record ? Results.Json(record) : Problems.Conflict(outcome.Refusal!);
}
