using System.Text;
using System.Text.Json;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation.OpenAIChat;

/// <summary>Reads and writes the <c>logprobs</c> of a choice.</summary>
internal static class ChatLogProbs
{
    public static IReadOnlyList<TokenProbability>? Read(JsonElement choice) =>
        choice.Has("logprobs", out var probabilities) && probabilities.Has("content", out _) ? ReadTokens(probabilities, "content") : null;

    /// <summary>A list of them, as the responses API has it too.</summary>
    public static List<TokenProbability> ReadTokens(JsonElement owner, string name) => [.. owner.Items(name).Select(t => ReadToken(t.Item))];

    public static void Write(Utf8JsonWriter writer, IReadOnlyList<TokenProbability>? tokens)
    {
        if (tokens is null)
        {
            writer.WriteNull("logprobs");
            return;
        }

        writer.WriteStartObject("logprobs");
        writer.WritePropertyName("content");
        WriteTokens(writer, tokens);
        writer.WriteNull("refusal");
        writer.WriteEndObject();
    }

    public static void WriteTokens(Utf8JsonWriter writer, IEnumerable<TokenProbability> tokens)
    {
        writer.WriteStartArray();
        foreach (var token in tokens)
        {
            writer.WriteStartObject();
            WriteToken(writer, token);
            writer.WriteStartArray("top_logprobs");
            foreach (var other in token.Top)
            {
                writer.WriteStartObject();
                WriteToken(writer, other);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static TokenProbability ReadToken(JsonElement token) =>
        new(token.Text("token") ?? "", token.TryGetProperty("logprob", out var value) && value.TryGetDouble(out var number) ? number : 0, [.. token.Items("top_logprobs").Select(t => ReadToken(t.Item))]);

    private static void WriteToken(Utf8JsonWriter writer, TokenProbability token)
    {
        writer.WriteString("token", token.Token);
        writer.WriteNumber("logprob", token.LogProb);
        writer.WriteStartArray("bytes");
        foreach (var b in Encoding.UTF8.GetBytes(token.Token))
        {
            writer.WriteNumberValue(b);
        }

        writer.WriteEndArray();
    }
}
