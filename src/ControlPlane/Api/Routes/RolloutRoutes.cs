using GlobalGateway.ControlPlane.Rollouts;
using GlobalGateway.ControlPlane.Tokens;

namespace GlobalGateway.ControlPlane.Api.Routes;

/// <summary>Rollouts: what runs, what ran, and what an operator can do about it.</summary>
public static class RolloutRoutes
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/rollouts", ListAsync).For(ApiRole.Viewer)
            .Produces<RolloutList>().ProducesProblem(StatusCodes.Status400BadRequest).WithSummary("The rollouts, newest first.");
        api.MapGet("/rollouts/{id}", FindAsync).For(ApiRole.Viewer)
            .Produces<RolloutDetail>().ProducesProblem(StatusCodes.Status404NotFound).WithSummary("One rollout, by its number or the beginning of its revision.");
        foreach (var (action, kind, summary) in new[]
        {
            ("pause", RolloutCommandKind.Pause, "No stage passes until it is resumed; a failed gate still rolls back."),
            ("resume", RolloutCommandKind.Resume, "Goes on with a paused rollout."),
            ("promote", RolloutCommandKind.Promote, "Passes the stage that waits, whatever its gate can tell."),
            ("abort", RolloutCommandKind.Abort, "Ends the rollout: every touched cohort goes back to last good."),
            ("retry", RolloutCommandKind.Retry, "Rolls the revision out again although it was rolled back."),
        })
        {
            api.MapPost($"/rollouts/{{id}}/{action}", async (string id, RolloutActions actions, HttpContext context) =>
                    Answer(await actions.ActAsync(kind, id, context.Caller(), context.RequestAborted))).For(ApiRole.Operator)
                .Produces<RolloutDetail>().ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
                .ProducesProblem(StatusCodes.Status503ServiceUnavailable).WithSummary(summary).WithName($"rollout-{action}");
        }

        api.MapPost("/rollback", async (RollbackRequest wanted, RolloutActions actions, HttpContext context) =>
                Answer(await actions.RollbackAsync(wanted.Revision, context.Caller(), context.RequestAborted))).For(ApiRole.Operator)
            .Produces<RolloutDetail>().ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable).WithSummary("Goes back to an older revision, canary first, with short bakes.");
    }

    private static async Task<IResult> ListAsync(RolloutQueries queries, HttpContext context, int limit = ApiLimits.PageDefault) => limit is < 1 or > ApiLimits.PageMax
        ? Problems.BadRequest($"limit is 1 to {ApiLimits.PageMax}.")
        : Results.Json(new RolloutList(await queries.ListAsync(limit, context.RequestAborted)));

    private static async Task<IResult> FindAsync(string id, RolloutQueries queries, HttpContext context) =>
        await queries.FindAsync(id, context.RequestAborted) is { } found
            ? Results.Json(found)
            : Problems.NotFound($"There is no rollout \"{id}\"; GET /api/v1/rollouts lists them.");

    private static IResult Answer(RolloutActionResult result) => result.Outcome switch
    {
        RolloutActionOutcome.Done => Results.Json(result.Rollout),
        RolloutActionOutcome.NotFound => Problems.NotFound(Sentence(result.Problem)),
        RolloutActionOutcome.Conflict => Problems.Conflict(Sentence(result.Problem)),
        _ => Problems.Of(StatusCodes.Status503ServiceUnavailable, Sentence(result.Problem)),
    };

    private static string Sentence(string? problem) => problem is { Length: > 0 } ? char.ToUpperInvariant(problem[0]) + problem[1..] + "." : "";
}

/// <param name="Revision">The beginning of a kept revision's name; absent: what was good before, or an end of the running rollout.</param>
public sealed record RollbackRequest(string? Revision = null);

/// <summary>Newest first.</summary>
public sealed record RolloutList(IReadOnlyList<RolloutDetail> Rollouts);
