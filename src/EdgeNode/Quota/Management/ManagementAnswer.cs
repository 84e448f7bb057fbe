using System.Text;
using System.Text.Json;

namespace GlobalGateway.EdgeNode.Quota.Management;

/// <summary>Writes what the management listener answers an operator.</summary>
internal static class ManagementAnswer
{
    private const int FlushBytes = 64 * 1024;

    private static readonly JsonWriterOptions Options = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Task ProblemAsync(HttpContext context, int status, string why) => JsonAsync(context, status, writer => writer.WriteString("detail"u8, why));

    /// <summary>One object.</summary>
    public static async Task JsonAsync(HttpContext context, int status, Action<Utf8JsonWriter> members)
    {
        Begin(context, status, "application/json");
        await using (var writer = new Utf8JsonWriter(context.Response.BodyWriter, Options))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        await context.Response.BodyWriter.WriteAsync("\n"u8.ToArray(), context.RequestAborted);
    }

    /// <summary>One object with a long array, sent as it is written.</summary>
    public static async Task StreamAsync<T>(HttpContext context, Action<Utf8JsonWriter> members, string array, IAsyncEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        Begin(context, StatusCodes.Status200OK, "application/json");
        await using (var writer = new Utf8JsonWriter(context.Response.BodyWriter, Options))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteStartArray(array);
            await foreach (var item in items.WithCancellation(context.RequestAborted))
            {
                write(writer, item);
                if (writer.BytesPending >= FlushBytes)
                {
                    await writer.FlushAsync(context.RequestAborted);
                    await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
                }
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        await context.Response.BodyWriter.WriteAsync(Encoding.UTF8.GetBytes("\n"), context.RequestAborted);
    }

    private static void Begin(HttpContext context, int status, string type)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        context.Response.Headers.CacheControl = "no-store";
    }
}
