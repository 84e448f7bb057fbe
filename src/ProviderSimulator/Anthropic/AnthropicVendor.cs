using GlobalGateway.ProviderSimulator.Answers;
using GlobalGateway.ProviderSimulator.Validation;
using Microsoft.AspNetCore.Http;

namespace GlobalGateway.ProviderSimulator.Anthropic;

/// <summary>Anthropic's API.</summary>
internal sealed class AnthropicVendor : Vendor
{
    private static readonly byte[] Ping = "event: ping\ndata: {\"type\": \"ping\"}\n\n"u8.ToArray();

    public override string Name => "anthropic";

    public override string? CredentialOf(IHeaderDictionary headers)
    {
        var key = headers["x-api-key"].ToString();
        var bearer = headers.Authorization.ToString();
        return key.Length > 0 ? key : bearer.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? bearer["Bearer ".Length..].Trim() : null;
    }

    public override PreparedAnswer Unauthorized(string? key) => AnthropicErrors.Answer(401, string.IsNullOrEmpty(key) ? "x-api-key header is required" : "invalid x-api-key");

    public override byte[] ErrorBody(int status) => AnthropicErrors.Body(AnthropicErrors.TypeOf(status), status switch
    {
        401 => "invalid x-api-key",
        404 => "Not Found",
        429 => "This request would exceed your organization's rate limit. Please try again later.",
        529 => "Overloaded",
        >= 500 => "Internal server error",
        _ => "The request was refused.",
    });

    public override PreparedAnswer NotFound(string method, string path) => AnthropicErrors.Answer(404, "Not Found");
    public override PreparedAnswer MethodNotAllowed(string method, string path) => AnthropicErrors.Answer(405, "Method Not Allowed", "invalid_request_error");
    public override PreparedAnswer TooLarge() => AnthropicErrors.Answer(413, "Request exceeds the maximum size");
    public override PreparedAnswer NotJson(string? contentType) => AnthropicErrors.Answer(400, "Content-Type must be application/json");
    public override PreparedAnswer BadJson() => AnthropicErrors.Answer(400, "The request body is not valid JSON: invalid syntax");

    public override PreparedAnswer Refuse(Complaint complaint)
    {
        var path = complaint.DottedPath();
        var prefix = path.Length == 0 ? "" : path + ": ";
        return AnthropicErrors.Answer(400, prefix + complaint.Kind switch
        {
            ComplaintKind.UnknownField => "Extra inputs are not permitted",
            ComplaintKind.MissingField => "Field required",
            ComplaintKind.WrongType => "Input should be a valid " + Noun(complaint.Expected!),
            ComplaintKind.NotAllowed => "Input should be " + Choices(complaint.Allowed, " or "),
            ComplaintKind.UnknownTag => $"Input tag '{complaint.Actual}' found using '{complaint.TagField}' does not match any of the expected tags: {Choices(complaint.Allowed, ", ")}",
            ComplaintKind.BelowMinimum => $"Input should be greater than or equal to {complaint.Bound}",
            ComplaintKind.AboveMaximum => $"Input should be less than or equal to {complaint.Bound}",
            ComplaintKind.EmptyArray => "List should have at least 1 item after validation, not 0",
            ComplaintKind.TooManyItems => $"List should have at most {complaint.Bound} items after validation, not {complaint.Actual}",
            ComplaintKind.EmptyString => "String should have at least 1 character",
            _ => $"String should have at most {complaint.Bound} characters",
        });
    }

    private static string Noun(Shape shape) => shape switch
    {
        FlagShape => "boolean",
        NumberShape { IsWhole: true } => "integer",
        NumberShape => "number",
        ListShape => "list",
        ObjectShape or MapShape or TaggedShape => "dictionary",
        UnionShape union => Noun(union.Shapes[^1]),
        _ => "string",
    };

    private static string Choices(IReadOnlyList<string> allowed, string last) => allowed.Count < 2
        ? string.Concat(allowed.Select(static value => $"'{value}'"))
        : string.Join(", ", allowed.Take(allowed.Count - 1).Select(static value => $"'{value}'")) + last + $"'{allowed[^1]}'";

    public override void WriteHeaders(IHeaderDictionary headers, string requestId, PreparedAnswer answer)
    {
        headers["request-id"] = requestId;
        headers["anthropic-organization-id"] = "5e1f0a7c-3b00-4000-8000-000000000000";
        headers["anthropic-ratelimit-requests-limit"] = "4000";
        headers["anthropic-ratelimit-requests-remaining"] = "3999";
        headers["anthropic-ratelimit-requests-reset"] = "2026-01-01T00:00:01Z";
    }

    public override byte[] Stamp(byte[] errorBody, string requestId)
    {
        var at = errorBody.AsSpan().IndexOf("req_0000000000000000"u8);
        if (at < 0 || requestId.Length != AnthropicErrors.RequestIdPlace.Length)
        {
            return errorBody;
        }
        var stamped = errorBody.AsSpan().ToArray();
        System.Text.Encoding.ASCII.GetBytes(requestId, stamped.AsSpan(at));
        return stamped;
    }

    public override byte[] KeepAlive => Ping;

    public override byte[] ErrorEvent(string endpoint) => JsonBytes.Event("error", 0, static (writer, _) =>
    {
        writer.WriteStartObject();
        AnthropicErrors.Write(writer, "overloaded_error", "Overloaded");
        writer.WriteEndObject();
    });
}
