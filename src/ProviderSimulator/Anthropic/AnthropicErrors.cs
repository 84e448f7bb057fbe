using System.Text.Json;
using GlobalGateway.ProviderSimulator.Answers;

namespace GlobalGateway.ProviderSimulator.Anthropic;

/// <summary>Anthropic's error envelope.</summary>
internal static class AnthropicErrors
{
    /// <summary>As long as a real one, which takes its place in each answer.</summary>
    public const string RequestIdPlace = "req_0000000000000000";

    public static PreparedAnswer Answer(int status, string message, string? type = null) => new() { Status = status, Body = Body(type ?? TypeOf(status), message) };

    public static byte[] Body(string type, string message) => JsonBytes.Write((type, message), static (writer, error) =>
    {
        writer.WriteStartObject();
        Write(writer, error.type, error.message);
        writer.WriteString("request_id", RequestIdPlace);
        writer.WriteEndObject();
    });

    public static void Write(Utf8JsonWriter writer, string type, string message)
    {
        writer.WriteString("type", "error");
        writer.WriteStartObject("error");
        writer.WriteString("type", type);
        writer.WriteString("message", message);
        writer.WriteEndObject();
    }

    public static string TypeOf(int status) => status switch
    {
        401 => "authentication_error",
        402 => "billing_error",
        403 => "permission_error",
        404 => "not_found_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        504 => "timeout_error",
        529 => "overloaded_error",
        >= 500 => "api_error",
        _ => "invalid_request_error",
    };
}
