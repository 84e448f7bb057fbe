using System.Text.Json;
using GlobalGateway.EdgeNode.Metering;
using GlobalGateway.EdgeNode.Translation.Neutral;
using GlobalGateway.EdgeNode.Translation.OpenAIChat;

namespace GlobalGateway.EdgeNode.Translation.OpenAIResponses;

/// <summary>Reads a provider's whole response.</summary>
internal static class ResponsesAnswerReader
{
    public static ChatAnswer Read(ReadOnlyMemory<byte> body, string maker)
    {
        using var document = JsonDocument.Parse(body);
        var root = document.RootElement;
        var parts = new List<Part>();
        var logProbs = new List<TokenProbability>();
        foreach (var (item, _) in root.Items("output"))
        {
            ReadItem(item, maker, parts, logProbs);
        }

        var answer = new ChatAnswer
        {
            Id = root.Text("id") ?? "",
            Model = root.Text("model") ?? "",
            Parts = parts,
            Stop = ReadStop(root) ?? throw new JsonException("a response that is neither completed nor incomplete"),
            Usage = UsageReader.Of(root),
            LogProbs = logProbs.Count > 0 ? logProbs : null,
        };
        return answer with { Stop = parts.Any(p => p is RefusalPart) && answer.Stop == StopKind.Stop ? StopKind.Refusal : answer.EffectiveStop };
    }

    /// <summary>Nothing unless the response has ended with an answer.</summary>
    public static StopKind? ReadStop(JsonElement response)
    {
        var status = response.Text("status");
        return status is ResponsesWords.Completed or ResponsesWords.Incomplete
            ? ResponsesWords.Stop(status, response.Has("incomplete_details", out var details) ? details.Text("reason") : null)
            : null;
    }

    private static void ReadItem(JsonElement item, string maker, List<Part> parts, List<TokenProbability> logProbs)
    {
        switch (item.Text("type"))
        {
            case "message":
                foreach (var (part, _) in item.Items("content"))
                {
                    if (part.Text("type") == "refusal")
                    {
                        parts.Add(new RefusalPart(part.Text("refusal") ?? ""));
                    }
                    else if (part.Text("text") is { Length: > 0 } text)
                    {
                        parts.Add(new TextPart(text) { Citations = [.. part.Items("annotations").Select(a => ResponsesCitations.Read(a.Item)).OfType<Citation>()] });
                        logProbs.AddRange(ChatLogProbs.ReadTokens(part, "logprobs"));
                    }
                }

                break;
            case "reasoning" when ReadReasoning(item, maker) is { } reasoning:
                parts.Add(reasoning);
                break;
            case "function_call":
                parts.Add(new ToolCallPart(
                    item.Text("call_id") ?? item.Text("id")!, item.GetProperty("name").GetString()!, item.Text("arguments") is { Length: > 0 } arguments ? arguments : "{}"));
                break;
        }
    }

    private static ReasoningPart? ReadReasoning(JsonElement item, string maker)
    {
        var text = ResponsesInput.ReasoningText(item, "");
        var signature = SignatureOf(item, maker);
        return text.Length > 0 || signature is not null ? new ReasoningPart(text, signature, null, maker) : null;
    }

    /// <summary>What carries an encrypted item through another dialect; nothing where it came unencrypted.</summary>
    public static string? SignatureOf(JsonElement item, string maker) =>
        item.Text("encrypted_content") is { Length: > 0 } encrypted && item.Text("id") is { Length: > 0 } id ? ResponsesReasoning.Sign(maker, id, encrypted) : null;
}
