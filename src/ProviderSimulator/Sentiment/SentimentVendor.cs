using System.Text.Json;
using GlobalGateway.ProviderSimulator.Answers;
using GlobalGateway.ProviderSimulator.Validation;
using Microsoft.AspNetCore.Http;

namespace GlobalGateway.ProviderSimulator.Sentiment;

/// <summary>A plain in-house service: no key, problems as RFC 9457 has them.</summary>
internal sealed class SentimentVendor : Vendor
{
    public override string Name => "sentiment";
    public override bool NeedsCredential => false;
    public override string? CredentialOf(IHeaderDictionary headers) => null;
    public override PreparedAnswer Unauthorized(string? key) => Problem(401, "Unauthorized", "No key is needed here.");
    public override byte[] ErrorBody(int status) => Problem(status, "The sentiment service failed", "A scripted fault.").Body;
    public override PreparedAnswer NotFound(string method, string path) => Problem(404, "Not Found", $"There is nothing at {path}.");
    public override PreparedAnswer MethodNotAllowed(string method, string path) => Problem(405, "Method Not Allowed", $"{path} does not take {method}.");
    public override PreparedAnswer TooLarge() => Problem(413, "Content Too Large", "The body is too large.");
    public override PreparedAnswer NotJson(string? contentType) => Problem(415, "Unsupported Media Type", "Send application/json.");
    public override PreparedAnswer BadJson() => Problem(400, "Bad Request", "The body is not a JSON object.");

    public override PreparedAnswer Refuse(Complaint complaint) => Problem(400, "Bad Request", complaint.Kind switch
    {
        ComplaintKind.UnknownField => $"{complaint.BracketPath()}: unknown field",
        ComplaintKind.MissingField => $"{complaint.BracketPath()}: required",
        _ => $"{complaint.BracketPath()}: expected {complaint.Expected?.Noun ?? "another value"}",
    });

    public override void WriteHeaders(IHeaderDictionary headers, string requestId, PreparedAnswer answer) => headers["x-request-id"] = requestId;

    public override byte[] KeepAlive => ": keep-alive\n\n"u8.ToArray();
    public override byte[] ErrorEvent(string endpoint) => "event: error\ndata: {}\n\n"u8.ToArray();

    public static PreparedAnswer Problem(int status, string title, string detail) => new()
    {
        Status = status,
        ContentType = "application/problem+json",
        Body = JsonBytes.Write((status, title, detail), static (writer, problem) =>
        {
            writer.WriteStartObject();
            writer.WriteString("type", "about:blank");
            writer.WriteString("title", problem.title);
            writer.WriteNumber("status", problem.status);
            writer.WriteString("detail", problem.detail);
            writer.WriteEndObject();
        }),
    };
}
