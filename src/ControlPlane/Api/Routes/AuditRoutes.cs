using GlobalGateway.ControlPlane.Audit;
using GlobalGateway.ControlPlane.Tokens;

namespace GlobalGateway.ControlPlane.Api.Routes;

/// <summary>Who changed what, newest first.</summary>
public static class AuditRoutes
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/audit", ListAsync).For(ApiRole.Operator)
        .Produces<AuditPage>().ProducesProblem(StatusCodes.Status400BadRequest).WithSummary("Who changed what, newest first.");

    private static async Task<IResult> ListAsync(AuditLog audit, HttpContext context, string? after = null, int limit = ApiLimits.PageDefault)
    {
        if (limit is < 1 or > ApiLimits.PageMax)
        {
            return Problems.BadRequest($"limit is 1 to {ApiLimits.PageMax}.");
        }

        var (records, next) = await audit.ReadAsync(after, limit, context.RequestAborted);
        return Results.Json(new AuditPage(records, next));
    }
}

/// <param name="Next">The <c>after</c> of the next page; absent on the last.</param>
public sealed record AuditPage(IReadOnlyList<AuditRecord> Records, string? Next);
