using GlobalGateway.ControlPlane.Tokens;

namespace GlobalGateway.ControlPlane.Api.Routes;

/// <summary>Tokens of the API: their names and roles; a new one is shown once.</summary>
public static class TokenRoutes
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/tokens", (TokenBook tokens) => TypedResults.Ok(new TokenList([.. tokens.All.Select(Shown)])))
            .For(ApiRole.Admin).WithSummary("The tokens, without their secrets.");
        api.MapPost("/tokens", CreateAsync).For(ApiRole.Admin).WithMetadata(new AnswerIsSecret())
            .Produces<NewToken>(StatusCodes.Status201Created).ProducesProblem(StatusCodes.Status409Conflict).WithSummary("Makes a token and shows it this once.");
        api.MapDelete("/tokens/{name}", DeleteAsync).For(ApiRole.Admin)
            .Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status404NotFound).WithSummary("Ends a token at once.");
    }

    private static async Task<IResult> CreateAsync(TokenRequest wanted, HttpContext context, TokenBook tokens)
    {
        var (token, problem) = await tokens.CreateAsync(wanted.Name, wanted.Role, context.Caller(), context.RequestAborted);
        return token is null ? Problems.Conflict(problem!) : Results.Json(new NewToken(wanted.Name, wanted.Role, token), statusCode: StatusCodes.Status201Created);
    }

    private static async Task<IResult> DeleteAsync(string name, HttpContext context, TokenBook tokens) =>
        await tokens.DeleteAsync(name, context.Caller(), context.RequestAborted)
            ? Results.NoContent()
            : Problems.NotFound($"There is no token \"{name}\", or somebody changed it meanwhile; GET /api/v1/tokens lists them.");

    private static TokenShown Shown(ApiToken token) => new(token.Name, token.Role, token.CreatedAt, token.CreatedBy);
}

/// <summary>A token that is to be made.</summary>
public sealed record TokenRequest(string Name, ApiRole Role);

/// <param name="Token">Never shown again.</param>
public sealed record NewToken(string Name, ApiRole Role, string Token);

/// <summary>A token without its secret.</summary>
public sealed record TokenShown(string Name, ApiRole Role, DateTimeOffset CreatedAt, string CreatedBy);

/// <summary>All tokens.</summary>
public sealed record TokenList(IReadOnlyList<TokenShown> Tokens);
