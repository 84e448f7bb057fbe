using System.Globalization;
using System.Text.Json;

namespace GlobalGateway.EdgeNode.Translation.Gemini;

/// <summary><c>google.rpc.RetryInfo</c> in an error body, which stands for a Retry-After header that Gemini does not send.</summary>
public static class GeminiRetryInfo
{
    private const string Type = "type.googleapis.com/google.rpc.RetryInfo";
    private static readonly TimeSpan Max = TimeSpan.FromDays(1);

    /// <summary>How long a provider wants to be left alone; nothing when its error does not say.</summary>
    public static TimeSpan? Of(ReadOnlySpan<byte> body)
    {
        if (body.IndexOf("retryDelay"u8) < 0)
        {
            return null;
        }

        try
        {
            var reader = new Utf8JsonReader(body);
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0 ? list[0] : document.RootElement;
            foreach (var (detail, _) in root.GetProperty("error").Items("details"))
            {
                if (detail.Text("retryDelay") is ['0' or '1' or '2' or '3' or '4' or '5' or '6' or '7' or '8' or '9', .., 's'] delay
                    && double.TryParse(delay.AsSpan(..^1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
                {
                    return TimeSpan.FromSeconds(Math.Min(seconds, Max.TotalSeconds));
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or TranslationException)
        {
            // Not Gemini's error after all.
        }

        return null;
    }

    /// <summary>The member of an error that says it to a client.</summary>
    public static void Write(Utf8JsonWriter writer, long seconds)
    {
        writer.WriteStartArray("details"u8);
        writer.WriteStartObject();
        writer.WriteString("@type"u8, Type);
        writer.WriteString("retryDelay"u8, string.Create(CultureInfo.InvariantCulture, $"{seconds}s"));
        writer.WriteEndObject();
        writer.WriteEndArray();
    }
}
