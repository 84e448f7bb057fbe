using GlobalGateway.Contracts.Values;

namespace GlobalGateway.EdgeNode.Errors;

/// <summary>A refusal or failure as data; <see cref="ErrorWriter"/> turns it into the client's dialect.</summary>
public readonly record struct GatewayError(int Status, string Code, string Message)
{
    /// <summary>The longest Retry-After ever sent: default SDK clients obey any.</summary>
    public static readonly TimeSpan RetryAfterMax = TimeSpan.FromSeconds(60);

    /// <summary>The code of what a budget refuses; some dialects have a type of their own for it.</summary>
    public const string BudgetExceeded = "budget_exceeded";

    /// <summary>The body field at fault.</summary>
    public string? Param { get; init; }

    /// <summary>When another try may succeed; sent capped at <see cref="RetryAfterMax"/>.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>When it is over of itself, however far off; sent as <c>x-gateway-reset</c>.</summary>
    public DateTimeOffset? Reset { get; init; }

    /// <summary>No retry can cure it: <c>x-should-retry: false</c> and no Retry-After.</summary>
    public bool Final { get; init; }

    public static GatewayError NotReady() => new(503, "not_ready", "This edge has no configuration yet. Try again in a few seconds.")
        { RetryAfter = TimeSpan.FromSeconds(2) };

    public static GatewayError NoSuchPath(string method, string path) =>
        new(404, "unknown_path", $"Nothing is served at {method} {Clip(path)}. Model APIs are below /v1; see /v1/models for what you may use.") { Final = true };

    public static GatewayError MethodNotAllowed(string method, string allowed) =>
        new(405, "method_not_allowed", $"This path takes {allowed}, not {Clip(method)}.") { Final = true };

    public static GatewayError UpgradeRequired() =>
        new(426, "no_websocket", "This path has no WebSocket. Use HTTP requests with server-sent events (\"stream\": true).") { Final = true };

    public static GatewayError NoKey() =>
        new(401, "missing_api_key", "No API key was sent. Send it as \"Authorization: Bearer KEY\", \"x-api-key\", \"api-key\" or \"x-goog-api-key\".") { Final = true };

    public static GatewayError WrongKey() =>
        new(401, "invalid_api_key", "The API key is not known here. Check it, or ask your platform team for a new one.") { Final = true };

    public static GatewayError KeyRevoked() =>
        new(401, "key_revoked", "The API key was revoked. Ask your platform team for a new one.") { Final = true };

    public static GatewayError WrongToken() =>
        new(401, "invalid_token", "The token is not valid here: its issuer, audience, algorithm or signature is not one this gateway takes. Get a new one.") { Final = true };

    public static GatewayError TokenExpired() =>
        new(401, "token_expired", "The token has expired or is not valid yet. Get a new one.") { Final = true };

    public static GatewayError TokenOfNobody() =>
        new(401, "token_not_mapped", "The token is valid, but no tenant here is its claim's. Ask your platform team.") { Final = true };

    public static GatewayError TokenKeysMissing() =>
        new(503, "token_keys_unavailable", "The keys of the token's issuer cannot be had now. Try again in a few seconds.") { RetryAfter = TimeSpan.FromSeconds(5) };

    public static GatewayError KeyNotYetValid(DateTimeOffset from) =>
        new(401, "key_not_yet_valid", $"The API key is valid from {from:yyyy-MM-ddTHH:mm:ssZ} on.") { Final = true };

    public static GatewayError KeyExpired(DateTimeOffset at) =>
        new(401, "key_expired", $"The API key expired at {at:yyyy-MM-ddTHH:mm:ssZ}. Ask your platform team for a new one.") { Final = true };

    public static GatewayError UnknownModel(string model) =>
        new(404, "model_not_found", $"The model \"{Clip(model)}\" does not exist here. GET /v1/models lists those you may use.") { Param = "model", Final = true };

    public static GatewayError ModelNotAllowed(string model) =>
        new(403, "model_not_allowed", $"Your key may not use the model \"{Clip(model)}\". GET /v1/models lists those it may; ask your platform team for more.")
        { Param = "model", Final = true };

    public static GatewayError RouteNotAllowed() =>
        new(403, "route_not_allowed", "Your key may not use this service. Ask your platform team.") { Final = true };

    public static GatewayError BodyTooLarge(long limit) =>
        new(413, "request_too_large", $"The request body is larger than {limit / 1024 / 1024} MiB.") { Final = true };

    public static GatewayError BodiesFull() =>
        new(503, "overloaded", "This edge is buffering as many request bodies as it may. Try again shortly.") { RetryAfter = TimeSpan.FromSeconds(1) };

    public static GatewayError Overloaded() =>
        new(503, "overloaded", "This edge is at its limit of requests in flight. Try again shortly.") { RetryAfter = TimeSpan.FromSeconds(1) };

    public static GatewayError UnsupportedEncoding(string encoding) =>
        new(415, "unsupported_encoding", $"Content-Encoding \"{Clip(encoding)}\" is not taken; send the body plain, gzip or br.") { Final = true };

    public static GatewayError UnsupportedMediaType(string type) =>
        new(415, "unsupported_media_type", $"Content-Type \"{Clip(type)}\" is not taken here; send application/json.") { Final = true };

    public static GatewayError BadEncoding(string encoding) =>
        new(400, "invalid_encoding", $"The body is not valid {encoding}.") { Final = true };

    public static GatewayError BadBody(string message, string? param = null) =>
        new(400, "invalid_request", message) { Param = param, Final = true };

    public static GatewayError OtherDialect(string model, string api) =>
        new(400, "dialect_not_supported", $"The model \"{Clip(model)}\" has no target that speaks {api}. Call it in its own dialect, or choose another model.")
        { Param = "model", Final = true };

    public static GatewayError NoUsableTarget(string model) =>
        new(503, "no_target_available", $"This edge cannot call any target of \"{Clip(model)}\" (credentials are missing or not allowed). Tell your platform team.")
        { Final = true };

    public static GatewayError RateLimited(string limit, string unit, TimeSpan retryAfter) =>
        new(429, "rate_limit_exceeded", $"Rate limit {limit} is reached ({unit}). Try again in {Duration.Format(Whole(retryAfter))}.") { RetryAfter = retryAfter };

    public static TimeSpan Whole(TimeSpan time) =>
        TimeSpan.FromMilliseconds(Math.Ceiling(time.TotalMilliseconds));

    private static string Clip(string text) => text.Length <= 120 ? text : string.Concat(text.AsSpan(0, 117), "...");
}
