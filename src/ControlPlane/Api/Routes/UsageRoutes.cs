using GlobalGateway.ControlPlane.Tokens;
using GlobalGateway.ControlPlane.Usage;

namespace GlobalGateway.ControlPlane.Api.Routes;

/// <summary>What tenants used, in all regions, as an edge reads it from the ledger.</summary>
public static class UsageRoutes
{
    public static void Map(IEndpointRouteBuilder api)
    {
        Described<UsageReport>(api.MapGet("/usage", SumsAsync)).WithSummary("What a tenant used, added up by columns: some of day, hour, model, provider, region, team, key, with commas.");
        Described<UsageCalls>(api.MapGet("/usage/events", EventsAsync)).WithSummary("Every call of a tenant.");
    }

    private static RouteHandlerBuilder Described<T>(RouteHandlerBuilder route) => route.For(ApiRole.Viewer)
        .Produces<T>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static Task<IResult> SumsAsync(
        string tenant, UsageQueries usage, HttpContext context,
        string? from = null, string? until = null, string? by = null, string? team = null, string? key = null, string? model = null, string? provider = null, string? region = null) =>
        AskAsync(usage, "", context, ("tenant", tenant), ("from", from), ("until", until), ("by", by), ("team", team), ("key", key), ("model", model), ("provider", provider), ("region", region));

    private static Task<IResult> EventsAsync(
        string tenant, UsageQueries usage, HttpContext context,
        string? from = null, string? until = null, string? team = null, string? key = null, string? model = null, string? provider = null, string? region = null) =>
        AskAsync(usage, "/events", context, ("tenant", tenant), ("from", from), ("until", until), ("team", team), ("key", key), ("model", model), ("provider", provider), ("region", region));

    private static async Task<IResult> AskAsync(UsageQueries usage, string below, HttpContext context, params (string Name, string? Value)[] query)
    {
        var asked = QueryString.Create(query.Where(part => part.Value is not null).Select(part => KeyValuePair.Create(part.Name, part.Value)));
        var answer = await usage.AskAsync(below, asked.ToString(), context.RequestAborted);
        return answer.Problem is { } problem ? Problems.Of(answer.Status, problem) : Results.Bytes(answer.Report, "application/json");
    }
}

/// <summary>Sums of what a tenant used; dollars are in billionths.</summary>
/// <param name="Total">Of all rows.</param>
public sealed record UsageReport(string Tenant, DateTimeOffset From, DateTimeOffset Until, UsageSums Total, IReadOnlyList<UsageRow> Rows);

/// <param name="CachedInputTokens">Part of the input tokens.</param>
/// <param name="EstimatedRequests">Requests whose usage no provider said.</param>
/// <param name="EstimatedNanoUsd">Part of the dollars.</param>
public record UsageSums(long Requests, long InputTokens, long CachedInputTokens, long OutputTokens, long NanoUsd, long EstimatedRequests, long EstimatedNanoUsd);

/// <summary>One row; it has those columns that were asked for.</summary>
public sealed record UsageRow(
    string? Day, string? Hour, string? Model, string? Provider, string? Region, string? Team, string? Key,
    long Requests, long InputTokens, long CachedInputTokens, long OutputTokens, long NanoUsd, long EstimatedRequests, long EstimatedNanoUsd)
    : UsageSums(Requests, InputTokens, CachedInputTokens, OutputTokens, NanoUsd, EstimatedRequests, EstimatedNanoUsd);

/// <summary>Every call of a tenant; dollars are in billionths.</summary>
public sealed record UsageCalls(string Tenant, DateTimeOffset From, DateTimeOffset Until, IReadOnlyList<UsageCall> Events);

/// <param name="Request">The id in the answer's <c>x-request-id</c>.</param>
/// <param name="Estimated">No provider said how much it was.</param>
public sealed record UsageCall(
    DateTimeOffset Time, string Request, string Region, string? Team, string? Key, string Model, string Provider,
    long Requests, long InputTokens, long CachedInputTokens, long OutputTokens, long NanoUsd, bool Estimated);
