using System.Text.Json;
using GlobalGateway.ProviderSimulator.Composition;

namespace GlobalGateway.ProviderSimulator.Gemini;

/// <summary>Log probabilities drawn from the tokens themselves.</summary>
internal static class GenerateLogprobs
{
    public static void Write(Utf8JsonWriter writer, string[] tokens, int top)
    {
        writer.WriteStartObject("logprobsResult");
        writer.WriteStartArray("topCandidates");
        foreach (var token in tokens)
        {
            var state = Fingerprint.Of(token);
            writer.WriteStartObject();
            writer.WriteStartArray("candidates");
            for (var rank = 0; rank < top; rank++)
            {
                Entry(writer, rank == 0 ? token : " " + Words.One(ref state), -(0.1 + rank));
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteStartArray("chosenCandidates");
        foreach (var token in tokens)
        {
            var state = Fingerprint.Of(token);
            Entry(writer, token, -(Fingerprint.Next(ref state) % 1000 / 10_000.0));
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Entry(Utf8JsonWriter writer, string token, double logProbability)
    {
        writer.WriteStartObject();
        writer.WriteString("token", token);
        writer.WriteNumber("tokenId", (int)(Fingerprint.Of(token) % 200_000));
        writer.WriteNumber("logProbability", logProbability);
        writer.WriteEndObject();
    }
}
