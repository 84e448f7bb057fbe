using System.Text.Json;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation.Gemini;

/// <summary>Reads and writes a candidate's <c>logprobsResult</c>: the tokens it chose, and beside them the likeliest of each place.</summary>
internal static class GeminiLogProbs
{
    public static IReadOnlyList<TokenProbability>? Read(JsonElement candidate)
    {
        if (!candidate.Has("logprobsResult", out var result))
        {
            return null;
        }

        TokenProbability[][] top = [.. result.Items("topCandidates").Select(t => t.Item.Items("candidates").Select(c => ReadToken(c.Item, [])).ToArray())];
        return [.. result.Items("chosenCandidates").Select((c, i) => ReadToken(c.Item, i < top.Length ? top[i] : []))];
    }

    public static void Write(Utf8JsonWriter writer, IReadOnlyList<TokenProbability> tokens)
    {
        writer.WriteStartObject("logprobsResult");
        writer.WriteStartArray("topCandidates");
        foreach (var token in tokens)
        {
            writer.WriteStartObject();
            writer.WriteStartArray("candidates");
            foreach (var other in token.Top)
            {
                WriteToken(writer, other);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("chosenCandidates");
        foreach (var token in tokens)
        {
            WriteToken(writer, token);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static TokenProbability ReadToken(JsonElement token, IReadOnlyList<TokenProbability> top) =>
        new(token.Text("token") ?? "", token.TryGetProperty("logProbability", out var value) && value.TryGetDouble(out var number) ? number : 0, top);

    private static void WriteToken(Utf8JsonWriter writer, TokenProbability token)
    {
        writer.WriteStartObject();
        writer.WriteString("token", token.Token);
        writer.WriteNumber("logProbability", token.LogProb);
        writer.WriteEndObject();
    }
}
