using System.Security.Cryptography;
using System.Text;
using GlobalGateway.ControlPlane.Audit;
using GlobalGateway.ControlPlane.Git;
using GlobalGateway.ControlPlane.Sources;
using GlobalGateway.ControlPlane.Store;
using GlobalGateway.ControlPlane.Tokens;

namespace GlobalGateway.ControlPlane.Api.Routes;

/// <summary>Where the configuration comes from: its status, and "look now".</summary>
public static class SourceRoutes
{
    public static void Map(IEndpointRouteBuilder app, IEndpointRouteBuilder api)
    {
        api.MapGet("/source", (StoreMirror mirror, FleetKeys keys) => SourceRecord.Read(mirror.Current, keys) is { } record
            ? Results.Json(record)
            : Problems.NotFound("The source was not looked at yet.")).For(ApiRole.Viewer)
            .Produces<SourceRecord>().ProducesProblem(StatusCodes.Status404NotFound).WithSummary("The status of the newest commit, with every error.");
        api.MapPost("/source/look", LookAsync).For(ApiRole.Operator)
            .Produces(StatusCodes.Status202Accepted).WithSummary("Has the leader look at the source at once.");
        api.MapPost("/source/approve", ApproveAsync).For(ApiRole.Admin)
            .Produces(StatusCodes.Status202Accepted).ProducesProblem(StatusCodes.Status400BadRequest).WithSummary("Lets a commit through that does not build on the one before.");
        app.MapPost("/hooks/git", HookAsync).WithMetadata(new OpenRoute(), new BodyLimit(ApiLimits.WebhookBytesMax)).ExcludeFromDescription();
    }

    private static async Task<IResult> LookAsync(HttpContext context, IKeyValueStore store, FleetKeys keys)
    {
        await store.CommitAsync(new StoreTransaction([], [Nudge(keys)]), context.RequestAborted);
        return Results.Accepted();
    }

    private static async Task<IResult> ApproveAsync(CommitApproval approval, HttpContext context, IKeyValueStore store, FleetKeys keys, AuditLog audit)
    {
        if (approval.Commit.Length is not (40 or 64) || !approval.Commit.All(char.IsAsciiHexDigitLower))
        {
            return Problems.BadRequest("commit is a commit's whole hash: 40 or 64 hex digits.");
        }

        await store.CommitAsync(
            new StoreTransaction(
                [],
                [new StoreWrite.Put(keys.SourceApproval, Encoding.ASCII.GetBytes(approval.Commit)), audit.Entry(context.Caller(), "source.approve", $"commits/{approval.Commit}")]),
            context.RequestAborted);
        return Results.Accepted();
    }

    /// <summary>A webhook means "look now" and nothing else: its body is read only to check who sent it.</summary>
    private static async Task<IResult> HookAsync(HttpContext context, IServiceProvider services, IKeyValueStore store, FleetKeys keys)
    {
        if (services.GetService<GitOptions>()?.WebhookSecretFile is not { } secretFile)
        {
            return Problems.NotFound("There is no webhook here: git.webhookSecretFile is not set.");
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var secret = (await File.ReadAllTextAsync(secretFile, context.RequestAborted)).Trim();
        var valid = WebhookSignature.Headers.Select(header => context.Request.Headers[header].ToString()).Where(header => header.Length > 0)
            .Any(header => WebhookSignature.IsValid(header, body.GetBuffer().AsSpan(0, (int)body.Length), secret));
        if (!valid)
        {
            return Problems.Of(StatusCodes.Status401Unauthorized, "The signature is not the one of this webhook's secret.");
        }

        await store.CommitAsync(new StoreTransaction([], [Nudge(keys)]), context.RequestAborted);
        return Results.Accepted();
    }

    private static StoreWrite.Put Nudge(FleetKeys keys) => new(keys.Nudge, RandomNumberGenerator.GetBytes(8));
}

/// <param name="Commit">The whole hash.</param>
public sealed record CommitApproval(string Commit);
