using GlobalGateway.ControlPlane.Audit;
using GlobalGateway.ControlPlane.Store;
using GlobalGateway.ControlPlane.Tokens;

namespace GlobalGateway.ControlPlane.Api.Routes;

/// <summary>Founding a fleet in an empty store, or anew in one that lost it.</summary>
public static class FleetRoutes
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/fleet/init", (Founding founding, AuditLog audit, IKeyValueStore store, HttpContext context) => FoundAsync("fleet.init", founding.InitialiseAsync, audit, store, context))
            .For(ApiRole.Admin).Produces<FoundingRecord>().ProducesProblem(StatusCodes.Status409Conflict).WithSummary("Founds a new fleet in an empty store.");
        api.MapPost("/fleet/recover", (Founding founding, AuditLog audit, IKeyValueStore store, HttpContext context) => FoundAsync("fleet.recover", founding.RecoverAsync, audit, store, context))
            .For(ApiRole.Admin).Produces<FoundingRecord>().ProducesProblem(StatusCodes.Status409Conflict).WithSummary("Founds the fleet anew from what its edges hold, in a store that lost it.");
    }

    private static async Task<IResult> FoundAsync(string action, Func<CancellationToken, Task<FoundingOutcome>> found, AuditLog audit, IKeyValueStore store, HttpContext context)
    {
        var outcome = await found(context.RequestAborted);
        if (outcome.Record is not { } record)
        {
            return Problems.Conflict(outcome.Refusal!);
        }

        await store.CommitAsync(new StoreTransaction([], [audit.Entry(context.Caller(), action, $"fleets/{record.Fleet}")]), context.RequestAborted);
        return Results.Json(record);
    }
}
