using GlobalGateway.ProviderSimulator.Answers;
using GlobalGateway.ProviderSimulator.Validation;
using Microsoft.AspNetCore.Http;

namespace GlobalGateway.ProviderSimulator.Gemini;

/// <summary>Gemini's API: its keys and its errors.</summary>
internal sealed class GeminiVendor : Vendor
{
    public override string Name => "gemini";

    public override string? CredentialOf(IHeaderDictionary headers) => headers["x-goog-api-key"].ToString() is { Length: > 0 } key ? key : null;

    public override PreparedAnswer Unauthorized(string? key) => string.IsNullOrEmpty(key)
        ? Error(403, "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.", "PERMISSION_DENIED")
        : Error(400, "API key not valid. Please pass a valid API key.", "INVALID_ARGUMENT");

    public override byte[] ErrorBody(int status) => (status switch
    {
        429 => Error(429, "Resource has been exhausted (e.g. check quota).", "RESOURCE_EXHAUSTED"),
        503 => Error(503, "The model is overloaded. Please try again later.", "UNAVAILABLE"),
        >= 500 => Error(status, "An internal error has occurred. Please retry.", "INTERNAL"),
        404 => Error(404, "Requested entity was not found.", "NOT_FOUND"),
        _ => Error(status, "Request contains an invalid argument.", "INVALID_ARGUMENT"),
    }).Body;

    public override PreparedAnswer NotFound(string method, string path) => Error(404, "Requested entity was not found.", "NOT_FOUND");
    public override PreparedAnswer MethodNotAllowed(string method, string path) => Error(404, "Requested entity was not found.", "NOT_FOUND");
    public override PreparedAnswer TooLarge() => Error(413, "Request payload size exceeds the limit.", "INVALID_ARGUMENT");
    public override PreparedAnswer NotJson(string? contentType) => Error(400, "Request contains an invalid argument.", "INVALID_ARGUMENT");
    public override PreparedAnswer BadJson() => Error(400, "Invalid JSON payload received.", "INVALID_ARGUMENT");

    public override PreparedAnswer Refuse(Complaint complaint) => GeminiComplaints.Answer(complaint);

    public override void WriteHeaders(IHeaderDictionary headers, string requestId, PreparedAnswer answer) => headers["server-timing"] = "gfet4t7; dur=1";

    public override byte[] KeepAlive => [];

    public override byte[] ErrorEvent(string endpoint) => [.. "data: "u8, .. ErrorBody(500), .. "\r\n\r\n"u8];

    public static PreparedAnswer Invalid(string message) => Error(400, message, "INVALID_ARGUMENT");

    public static PreparedAnswer NoSuchModel(string? name) =>
        Error(404, $"models/{name} is not found for API version v1beta, or is not supported for this method. Call ListModels to see the list of available models and their supported methods.", "NOT_FOUND");

    public static PreparedAnswer Error(int status, string message, string code) => new()
    {
        Status = status,
        Body = JsonBytes.Write((status, message, code), static (writer, error) =>
        {
            writer.WriteStartObject();
            writer.WriteStartObject("error");
            writer.WriteNumber("code", error.status);
            writer.WriteString("message", error.message);
            writer.WriteString("status", error.code);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }),
    };
}
