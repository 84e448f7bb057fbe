using System.Buffers;
using System.Globalization;
using System.Text.Json;
using GlobalGateway.EdgeNode.Dialects;
using GlobalGateway.EdgeNode.Requests;
using GlobalGateway.EdgeNode.Translation.Gemini;

namespace GlobalGateway.EdgeNode.Errors;

/// <summary>The one place that writes a gateway error to the wire.</summary>
public static class ErrorWriter
{
    /// <summary>Sends the error in the request's dialect; the response must not have started.</summary>
    public static Task WriteAsync(HttpContext context, in GatewayError error)
    {
        var request = context.Gateway();
        request.ErrorCode = error.Code;
        var response = context.Response;
        response.StatusCode = error.Status;
        response.ContentType = request.Dialect == Dialect.Problem ? "application/problem+json" : "application/json";
        if (error.Reset is { } reset)
        {
            response.Headers["x-gateway-reset"] = Time(reset);
        }

        if (error.Final)
        {
            response.Headers["x-should-retry"] = "false";
        }
        else if (error.RetryAfter is { } wait)
        {
            if (wait > GatewayError.RetryAfterMax)
            {
                response.Headers["x-gateway-reset"] = Time(DateTimeOffset.UtcNow + wait);
            }

            response.Headers.RetryAfter = RetrySeconds(wait).ToString(CultureInfo.InvariantCulture);
        }

        var body = new ArrayBufferWriter<byte>(256);
        WriteBody(body, request.Dialect, error, request.Id);
        response.ContentLength = body.WrittenCount;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted).AsTask();
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static long RetrySeconds(TimeSpan wait) => Math.Clamp((long)Math.Ceiling(wait.TotalSeconds), 1, (long)GatewayError.RetryAfterMax.TotalSeconds);

    /// <summary>The dialect's error event for a stream that has begun.</summary>
    /// <param name="array">The stream is one JSON array.</param>
    /// <param name="number">The event's number, where the dialect numbers them.</param>
    public static void WriteStreamError(IBufferWriter<byte> output, Operation operation, in GatewayError error, string requestId, bool array = false, int number = 0)
    {
        output.Write(operation switch
        {
            Operation.Messages or Operation.Responses or Operation.StoredResponse => "event: error\ndata: "u8,
            Operation.StreamGenerateContent when array => ",\r\n"u8,
            _ => "data: "u8,
        });
        using (var writer = new Utf8JsonWriter(output))
        {
            if (operation == Operation.Messages)
            {
                WriteAnthropic(writer, error, requestId);
            }
            else if (operation is Operation.Responses or Operation.StoredResponse)
            {
                writer.WriteStartObject();
                writer.WriteString("type"u8, "error"u8);
                writer.WriteNumber("sequence_number"u8, number);
                writer.WriteString("code"u8, error.Code);
                writer.WriteString("message"u8, error.Message);
                writer.WriteNull("param"u8);
                writer.WriteBoolean("partial"u8, true);
                writer.WriteEndObject();
            }
            else if (operation == Operation.StreamGenerateContent)
            {
                WriteGemini(writer, error);
            }
            else
            {
                WriteOpenAI(writer, error, partial: true);
            }
        }

        output.Write(array ? "]"u8 : "\n\n"u8);
    }

    private static void WriteBody(IBufferWriter<byte> output, Dialect dialect, in GatewayError error, string requestId)
    {
        using var writer = new Utf8JsonWriter(output);
        switch (dialect)
        {
            case Dialect.OpenAI:
                WriteOpenAI(writer, error, partial: false);
                break;
            case Dialect.Anthropic:
                WriteAnthropic(writer, error, requestId);
                break;
            case Dialect.Gemini:
                WriteGemini(writer, error);
                break;
            default:
                writer.WriteStartObject();
                writer.WriteString("type"u8, "about:blank"u8);
                writer.WriteString("title"u8, error.Code);
                writer.WriteNumber("status"u8, error.Status);
                writer.WriteString("detail"u8, error.Message);
                writer.WriteString("instance"u8, requestId);
                writer.WriteEndObject();
                break;
        }
    }

    private static void WriteOpenAI(Utf8JsonWriter writer, in GatewayError error, bool partial)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("error"u8);
        writer.WriteString("message"u8, error.Message);
        writer.WriteString("type"u8, error.Status switch
        {
            401 => "authentication_error",
            403 => "permission_error",
            429 when error.Code == GatewayError.BudgetExceeded => "insufficient_quota",
            429 => "rate_limit_error",
            >= 500 => "server_error",
            _ => "invalid_request_error",
        });
        writer.WriteString("param"u8, error.Param);
        writer.WriteString("code"u8, error.Code);
        if (partial)
        {
            writer.WriteBoolean("partial"u8, true);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>The message with the field it is about, where the dialect's errors have no member for that.</summary>
    private static string Named(in GatewayError error) =>
        error.Param is { Length: > 0 } field && !error.Message.Contains(field, StringComparison.Ordinal) ? $"{field}: {error.Message}" : error.Message;

    private static void WriteGemini(Utf8JsonWriter writer, in GatewayError error)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("error"u8);
        writer.WriteNumber("code"u8, error.Status);
        writer.WriteString("message"u8, Named(error));
        writer.WriteString("status"u8, error.Status switch
        {
            401 => "UNAUTHENTICATED",
            403 => "PERMISSION_DENIED",
            404 => "NOT_FOUND",
            429 => "RESOURCE_EXHAUSTED",
            503 => "UNAVAILABLE",
            504 => "DEADLINE_EXCEEDED",
            >= 500 => "INTERNAL",
            _ => "INVALID_ARGUMENT",
        });
        if (!error.Final && error.RetryAfter is { } wait)
        {
            GeminiRetryInfo.Write(writer, RetrySeconds(wait));
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteAnthropic(Utf8JsonWriter writer, in GatewayError error, string requestId)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "error"u8);
        writer.WriteStartObject("error"u8);
        writer.WriteString("type"u8, error.Status switch
        {
            401 => "authentication_error",
            402 => "billing_error",
            403 => "permission_error",
            404 => "not_found_error",
            413 => "request_too_large",
            429 => "rate_limit_error",
            503 => "overloaded_error",
            504 => "timeout_error",
            >= 500 => "api_error",
            _ => "invalid_request_error",
        });
        writer.WriteString("message"u8, Named(error));
        writer.WriteEndObject();
        writer.WriteString("request_id"u8, requestId);
        writer.WriteEndObject();
    }
}
