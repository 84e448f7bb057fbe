using GlobalGateway.Contracts.Bundles;
using GlobalGateway.ControlPlane.Distribution;
using GlobalGateway.ControlPlane.Revocations;
using GlobalGateway.ControlPlane.Tokens;

namespace GlobalGateway.ControlPlane.Api.Routes;

/// <summary>Keys that every edge refuses, whatever any revision says.</summary>
public static class RevocationRoutes
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/revocations", (FleetBoard board) => Results.Json(board.Notices.Revocations is { } list
                ? new RevocationShown(list.Sequence, BundleReader.Revocations(list).Keys)
                : new RevocationShown(0, []))).For(ApiRole.Viewer)
            .Produces<RevocationShown>().WithSummary("The digests of the revoked keys.");
        api.MapPost("/revocations", RevokeAsync).For(ApiRole.Admin)
            .Produces<RevocationOutcome>().Produces<RevocationOutcome>(StatusCodes.Status202Accepted).ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status421MisdirectedRequest).WithSummary("Revokes up to 100 keys; above 1 % of all, another admin has to approve.");
        api.MapGet("/revocations/requests", PendingAsync).For(ApiRole.Operator)
            .Produces<PendingList>().ProducesProblem(StatusCodes.Status421MisdirectedRequest).WithSummary("What waits for another admin.");
        api.MapPost("/revocations/requests/{id}/approve", ApproveAsync).For(ApiRole.Admin)
            .Produces<RevocationOutcome>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status421MisdirectedRequest)
            .WithSummary("Approves what another admin asked for.");
    }

    private static async Task<IResult> RevokeAsync(RevocationRequest wanted, RevocationDesk desk, HttpContext context) =>
        Answer(await desk.RevokeAsync(wanted.Keys, context.Caller(), wanted.Reason, context.RequestAborted));

    private static async Task<IResult> ApproveAsync(string id, RevocationDesk desk, HttpContext context) =>
        Answer(await desk.ApproveAsync(id, context.Caller(), context.RequestAborted));

    private static async Task<IResult> PendingAsync(RevocationDesk desk, HttpContext context) => Results.Json(new PendingList(await desk.PendingAsync(context.RequestAborted)));

    private static IResult Answer(RevocationOutcome outcome) => outcome.State switch
    {
        RevocationState.Refused => Problems.BadRequest(outcome.Problem!),
        RevocationState.Done => Results.Json(outcome),
        _ => Results.Json(outcome, statusCode: StatusCodes.Status202Accepted),
    };
}

/// <param name="Keys">SHA-256 of each key, lower-case hex.</param>
/// <param name="Reason">For the audit.</param>
public sealed record RevocationRequest(IReadOnlyList<string> Keys, string? Reason = null);

/// <summary>The list in force.</summary>
public sealed record RevocationShown(long Sequence, IReadOnlyList<string> Keys);

/// <summary>Requests that wait for another admin.</summary>
public sealed record PendingList(IReadOnlyList<PendingRevocation> Requests);
