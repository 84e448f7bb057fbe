using System.Text;
using System.Text.Json;
using GlobalGateway.ProviderSimulator.Composition;

namespace GlobalGateway.ProviderSimulator.OpenAi;

/// <summary>Log probabilities drawn from the tokens themselves.</summary>
internal static class ChatLogprobs
{
    public static void Write(Utf8JsonWriter writer, string[] tokens, int top)
    {
        writer.WriteStartObject("logprobs");
        WriteTokens(writer, "content", tokens, top);
        writer.WriteNull("refusal");
        writer.WriteEndObject();
    }

    /// <summary>The list alone, as the responses API has it.</summary>
    public static void WriteTokens(Utf8JsonWriter writer, string name, IEnumerable<string> tokens, int top)
    {
        writer.WriteStartArray(name);
        foreach (var token in tokens)
        {
            var state = Fingerprint.Of(token);
            writer.WriteStartObject();
            Entry(writer, token, -(Fingerprint.Next(ref state) % 1000 / 10_000.0));
            writer.WriteStartArray("top_logprobs");
            for (var rank = 0; rank < top; rank++)
            {
                writer.WriteStartObject();
                Entry(writer, rank == 0 ? token : " " + Words.One(ref state), -(0.1 + rank));
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static void Entry(Utf8JsonWriter writer, string token, double logprob)
    {
        writer.WriteString("token", token);
        writer.WriteNumber("logprob", logprob);
        writer.WriteStartArray("bytes");
        foreach (var b in Encoding.UTF8.GetBytes(token))
        {
            writer.WriteNumberValue(b);
        }
        writer.WriteEndArray();
    }
}
