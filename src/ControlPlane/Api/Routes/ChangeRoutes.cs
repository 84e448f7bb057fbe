using System.Text;
using GlobalGateway.Contracts.Canonical;
using GlobalGateway.Contracts.Loading;
using GlobalGateway.Contracts.Loading.Trees;
using GlobalGateway.ControlPlane.Replay;
using GlobalGateway.ControlPlane.Rollouts;
using GlobalGateway.ControlPlane.Sources;
using GlobalGateway.ControlPlane.Tokens;

namespace GlobalGateway.ControlPlane.Api.Routes;

/// <summary>Tries a configuration, and takes one where the API is the fleet's source.</summary>
public static class ChangeRoutes
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/plan", PlanAsync).For(ApiRole.Operator).WithMetadata(new BodyLimit(ApiLimits.ConfigurationBytesMax))
            .Produces<PlanResult>().ProducesProblem(StatusCodes.Status400BadRequest).WithSummary("What a configuration would change: resources, decisions, and the way of its rollout. Changes nothing.");
        api.MapPost("/apply", ApplyAsync).For(ApiRole.Admin).WithMetadata(new BodyLimit(ApiLimits.ConfigurationBytesMax))
            .Produces<SourceRecord>(StatusCodes.Status202Accepted).ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status421MisdirectedRequest).WithSummary("Rolls a configuration out, where neither Git nor a folder is the fleet's source.");
    }

    private static async Task<IResult> PlanAsync(ConfigurationFiles files, ChangePlan plan, RolloutQueries rollouts, HttpContext context)
    {
        if (!TryLoad(files, out var loaded, out var problem))
        {
            return Problems.BadRequest(problem);
        }

        var change = plan.Check(loaded, files.Folder.Length == 0 ? "." : files.Folder);
        if (change.Errors.Count > 0)
        {
            return Results.Json(new PlanResult(false, null, [.. change.Errors.Select(error => error.ToString())], null, null, null, []));
        }

        var decisions = await plan.DecideAsync(change.Resources!, context.RequestAborted);
        return Results.Json(new PlanResult(
            true,
            ContentHash.Revision(change.Bundle!.ContentHash),
            [],
            await plan.DiffAsync(change.Resources!, context.RequestAborted),
            decisions,
            decisions?.ToString(),
            PlannedRollout.Of(rollouts.Serving, change.Resources!)));
    }

    private static async Task<IResult> ApplyAsync(ConfigurationFiles files, HttpContext context, IServiceProvider services)
    {
        if (services.GetService<ApplySource>() is not { } source)
        {
            return Problems.Conflict("This fleet's configuration comes from Git or a folder; change it there. One source at a time keeps two people from undoing each other.");
        }

        if (!TryLoad(files, out var loaded, out var problem))
        {
            return Problems.BadRequest(problem);
        }

        var record = await source.ApplyAsync(loaded, files.Folder, context.Caller(), new SourceWishes(files.Emergency, files.Supersede, files.Retry), context.RequestAborted);
        return record.Standing == SourceStanding.Valid
            ? Results.Json(record, statusCode: StatusCodes.Status202Accepted)
            : Problems.BadRequest($"{record.ErrorCount} errors; nothing was changed.", [.. record.Errors.Select(error => error.ToString())]);
    }

    private static bool TryLoad(ConfigurationFiles files, out LoadResult loaded, out string problem)
    {
        loaded = null!;
        problem = "";
        try
        {
            var bytes = files.Files.ToDictionary(file => file.Path, file => Encoding.UTF8.GetBytes(file.Text), StringComparer.Ordinal);
            var tree = new MemoryTree(bytes.Select(file => (file.Key, TreeEntryKind.File, (long)file.Value.Length)), path => bytes[path]);
            loaded = ResourceLoader.Load(tree, files.Folder);
            return true;
        }
        catch (ArgumentException wrong)
        {
            problem = $"files: {wrong.Message}";
            return false;
        }
    }
}

/// <summary>A folder of resources with the folders of its bases, as text.</summary>
/// <param name="Folder">The path of the overlay among the files; empty for their root.</param>
/// <param name="Emergency">Short bakes; the canary is never skipped.</param>
/// <param name="Supersede">Ends a running rollout, which first goes back to last good.</param>
/// <param name="Retry">Takes it even if it was rolled back before.</param>
public sealed record ConfigurationFiles(string Folder, IReadOnlyList<ConfigurationFile> Files, bool Emergency = false, bool Supersede = false, bool Retry = false);

/// <param name="Path">Relative, with <c>/</c> between its parts.</param>
public sealed record ConfigurationFile(string Path, string Text);

/// <param name="Errors">Everything that is wrong; then nothing else is said.</param>
/// <param name="Summary">The decisions in one line.</param>
/// <param name="Rollout">The stages it would take.</param>
public sealed record PlanResult(
    bool Valid, string? Revision, IReadOnlyList<string> Errors, ResourceDiff? Resources, DecisionDiff? Decisions, string? Summary, IReadOnlyList<PlannedStage> Rollout);
