using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace GlobalGateway.ControlPlane.Api;

/// <summary>RFC 9457: what went wrong, and what to do.</summary>
/// <param name="Errors">Every single thing that is wrong with what was sent.</param>
/// <param name="Leader">Where the control plane answers that can do it, when this one cannot.</param>
public sealed record Problem(string Title, int Status, string Detail, IReadOnlyList<string>? Errors = null, string? Leader = null);

/// <summary>The one place that writes errors of the API.</summary>
public static class Problems
{
    public const string ContentType = "application/problem+json";

    public static IResult Of(int status, string detail, IReadOnlyList<string>? errors = null, string? leader = null) =>
        Results.Json(New(status, detail, errors, leader), ApiJsonContext.Default.Problem, ContentType, status);

    public static IResult NotFound(string detail) => Of(StatusCodes.Status404NotFound, detail);

    public static IResult Conflict(string detail) => Of(StatusCodes.Status409Conflict, detail);

    public static IResult BadRequest(string detail, IReadOnlyList<string>? errors = null) => Of(StatusCodes.Status400BadRequest, detail, errors);

    public static async Task WriteAsync(HttpContext context, int status, string detail, string? leader = null)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = ContentType;
        var body = JsonSerializer.SerializeToUtf8Bytes(New(status, detail, leader: leader), ApiJsonContext.Default.Problem);
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        }
    }

    private static Problem New(int status, string detail, IReadOnlyList<string>? errors = null, string? leader = null) =>
        new(ReasonPhrases.GetReasonPhrase(status), status, detail, errors, leader);
}
