using GlobalGateway.ProviderSimulator.Answers;
using GlobalGateway.ProviderSimulator.Validation;
using Microsoft.AspNetCore.Http;

namespace GlobalGateway.ProviderSimulator.OpenAi;

/// <summary>OpenAI's own API.</summary>
internal class OpenAiVendor : Vendor
{
    private static readonly byte[] Comment = ": keep-alive\n\n"u8.ToArray();

    public override string Name => "openai";

    public override string? CredentialOf(IHeaderDictionary headers)
    {
        var value = headers.Authorization.ToString();
        return value.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? value["Bearer ".Length..].Trim() : null;
    }

    public override PreparedAnswer Unauthorized(string? key) => string.IsNullOrEmpty(key)
        ? OpenAiErrors.Answer(401, "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY), or as the password field (with blank username) if you're accessing the API from your browser and are prompted for a username and password. You can obtain an API key from https://platform.openai.com/account/api-keys.")
        : OpenAiErrors.Answer(401, $"Incorrect API key provided: {Masked(key)}. You can find your API key at https://platform.openai.com/account/api-keys.", code: "invalid_api_key");

    public override byte[] ErrorBody(int status) => status switch
    {
        400 => OpenAiErrors.Body("The request could not be understood.", OpenAiErrors.InvalidRequest, null, null),
        401 => OpenAiErrors.Body("Incorrect API key provided: sim-****. You can find your API key at https://platform.openai.com/account/api-keys.", OpenAiErrors.InvalidRequest, null, "invalid_api_key"),
        403 => OpenAiErrors.Body("Country, region, or territory not supported", "request_forbidden", null, "unsupported_country_region_territory"),
        404 => OpenAiErrors.Body("The model does not exist or you do not have access to it.", OpenAiErrors.InvalidRequest, null, "model_not_found"),
        429 => OpenAiErrors.Body("Rate limit reached for requests. Please try again in 1s. Visit https://platform.openai.com/account/rate-limits to learn more.", "requests", null, "rate_limit_exceeded"),
        503 => OpenAiErrors.Body("The engine is currently overloaded, please try again later", "server_error", null, "service_unavailable"),
        >= 500 => OpenAiErrors.Body("The server had an error while processing your request. Sorry about that!", "server_error", null, null),
        _ => OpenAiErrors.Body("The request was refused.", OpenAiErrors.InvalidRequest, null, null),
    };

    public override PreparedAnswer NotFound(string method, string path) => OpenAiErrors.Answer(404, $"Invalid URL ({method} {path})");

    public override PreparedAnswer MethodNotAllowed(string method, string path) =>
        OpenAiErrors.Answer(405, $"Not allowed to {method} on {path}. (HINT: Perhaps you meant to use a different HTTP method?)", code: "method_not_supported");

    public override PreparedAnswer TooLarge() => OpenAiErrors.Answer(413, "Request too large.", code: "request_too_large");

    public override PreparedAnswer NotJson(string? contentType) =>
        OpenAiErrors.Answer(400, $"Unsupported content type: '{contentType}'. This API method only accepts 'application/json' requests, but you specified the header 'Content-Type: {contentType}'. Please try again with a supported content type.", code: "unsupported_content_type");

    public override PreparedAnswer BadJson() =>
        OpenAiErrors.Answer(400, "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON. If you have trouble figuring out how to fix this, please contact us through our help center at help.openai.com.)");

    public override PreparedAnswer Refuse(Complaint complaint) => OpenAiComplaints.Word(complaint, legacyWording: true);

    public override void WriteHeaders(IHeaderDictionary headers, string requestId, PreparedAnswer answer)
    {
        headers["x-request-id"] = requestId;
        headers["openai-version"] = "2020-10-01";
        headers["openai-organization"] = "org-simulated";
        headers["openai-processing-ms"] = "1";
        headers["x-ratelimit-limit-requests"] = "10000";
        headers["x-ratelimit-remaining-requests"] = "9999";
        headers["x-ratelimit-reset-requests"] = "6ms";
    }

    public override byte[] KeepAlive => Comment;

    public override byte[] ErrorEvent(string endpoint) => endpoint == "responses"
        ? JsonBytes.Event("error", 0, static (writer, _) =>
        {
            writer.WriteStartObject();
            writer.WriteString("type", "error");
            writer.WriteNumber("sequence_number", 1);
            writer.WriteString("code", "server_error");
            writer.WriteString("message", "The server had an error while processing your request. Sorry about that!");
            writer.WriteNull("param");
            writer.WriteEndObject();
        })
        : JsonBytes.Event(null, 0, static (writer, _) =>
        {
            writer.WriteStartObject();
            writer.WriteStartObject("error");
            OpenAiErrors.WriteFields(writer, "The server had an error while processing your request. Sorry about that!", "server_error", null, null);
            writer.WriteEndObject();
            writer.WriteEndObject();
        });

    private static string Masked(string key) => key.Length <= 8 ? new string('*', key.Length) : key[..4] + new string('*', Math.Min(key.Length - 8, 32)) + key[^4..];
}
