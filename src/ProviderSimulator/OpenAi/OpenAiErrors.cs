using System.Text.Json;
using GlobalGateway.ProviderSimulator.Answers;

namespace GlobalGateway.ProviderSimulator.OpenAi;

/// <summary>OpenAI's error object: message, type, param, code.</summary>
internal static class OpenAiErrors
{
    public const string InvalidRequest = "invalid_request_error";

    public static PreparedAnswer Answer(int status, string message, string? param = null, string? code = null, string type = InvalidRequest) =>
        new() { Status = status, Body = Body(message, type, param, code) };

    public static byte[] Body(string message, string? type, string? param, string? code) =>
        JsonBytes.Write((message, type, param, code), static (writer, error) =>
        {
            writer.WriteStartObject();
            writer.WriteStartObject("error");
            WriteFields(writer, error.message, error.type, error.param, error.code);
            writer.WriteEndObject();
            writer.WriteEndObject();
        });

    public static void WriteFields(Utf8JsonWriter writer, string message, string? type, string? param, string? code)
    {
        writer.WriteString("message", message);
        writer.WriteString("type", type);
        writer.WriteString("param", param);
        writer.WriteString("code", code);
    }

    public static PreparedAnswer ModelNotFound(string model) =>
        Answer(404, $"The model `{model}` does not exist or you do not have access to it.", code: "model_not_found");

    /// <summary>Azure's front door answers with code and message only.</summary>
    public static PreparedAnswer AzureAnswer(int status, string code, string message) => new() { Status = status, Body = AzureBody(code, message) };

    public static byte[] AzureBody(string code, string message) => JsonBytes.Write((code, message), static (writer, error) =>
    {
        writer.WriteStartObject();
        writer.WriteStartObject("error");
        writer.WriteString("code", error.code);
        writer.WriteString("message", error.message);
        writer.WriteEndObject();
        writer.WriteEndObject();
    });
}
