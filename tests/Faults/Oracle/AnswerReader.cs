using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using GlobalGateway.Faults.Clients;

namespace GlobalGateway.Faults.Oracle;

/// <summary>Reads the bytes of an answer as a client of its API would, and notes what no client should have to read.</summary>
public static class AnswerReader
{
    /// <summary>A whole body; null when it is not an answer of that API.</summary>
    public static ReadAnswer? ReadWhole(ClientApi api, byte[] bytes)
    {
        var read = new ReadAnswer();
        try
        {
            var body = JsonNode.Parse(bytes)!.AsObject();
            switch (api)
            {
                case ClientApi.Chat:
                    var choice = body["choices"]![0]!;
                    read.Say(choice["message"]!["content"]?.GetValue<string>());
                    foreach (var (call, index) in Items(choice["message"]!["tool_calls"]))
                    {
                        Call(read, index, call["function"]!["name"], call["function"]!["arguments"]!.GetValue<string>());
                    }

                    read.Stop(choice["finish_reason"]!.GetValue<string>());
                    break;
                case ClientApi.Embeddings:
                    read.Say(body["data"]![0]!["embedding"]!.ToJsonString());
                    break;
                case ClientApi.Responses:
                    ReadOutput(read, body);
                    break;
                case ClientApi.Messages:
                    foreach (var (block, index) in Items(body["content"]))
                    {
                        if (block["type"]!.GetValue<string>() == "tool_use")
                        {
                            Call(read, index, block["name"], block["input"]!.ToJsonString());
                        }
                        else
                        {
                            read.Say(block["text"]?.GetValue<string>());
                        }
                    }

                    read.Stop(body["stop_reason"]!.GetValue<string>());
                    break;
                default:
                    EventReader.Gemini(read, body);
                    break;
            }

            return read;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NullReferenceException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    /// <summary>A stream as far as it came.</summary>
    public static ReadAnswer ReadStream(ClientApi api, byte[] bytes)
    {
        var read = new ReadAnswer();
        if (api == ClientApi.GeminiArray)
        {
            ReadArray(read, bytes);
            return read;
        }

        var text = Encoding.UTF8.GetString(bytes).ReplaceLineEndings("\n");
        var whole = text.LastIndexOf("\n\n", StringComparison.Ordinal);
        read.Expect(whole + 2 == text.Length, "the last event is not whole");
        foreach (var next in (whole < 0 ? "" : text[..whole]).Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var lines = next.Split('\n');
            var data = string.Join('\n', lines.Where(static line => line.StartsWith("data:", StringComparison.Ordinal)).Select(static line => line["data:".Length..].TrimStart()));
            if (data.Length > 0)
            {
                Take(read, api, data);
            }
        }

        return read;
    }

    /// <summary>The output of a finished response, which its terminal event repeats.</summary>
    internal static void ReadOutput(ReadAnswer read, JsonNode response)
    {
        foreach (var (item, index) in Items(response["output"]))
        {
            if (item["type"]!.GetValue<string>() == "function_call")
            {
                Call(read, index, item["name"], item["arguments"]!.GetValue<string>());
            }
            else
            {
                foreach (var (part, _) in Items(item["content"]))
                {
                    read.Say(part["text"]?.GetValue<string>());
                }
            }
        }

        read.Stop(response["status"]!.GetValue<string>());
    }

    internal static IEnumerable<(JsonNode Item, int Index)> Items(JsonNode? array) => (array as JsonArray ?? []).Select(static (item, index) => (item!, index));

    private static void Call(ReadAnswer read, int index, JsonNode? name, string arguments)
    {
        read.Begin(index, name!.GetValue<string>());
        read.Argue(index, arguments);
    }

    private static void Take(ReadAnswer read, ClientApi api, string data)
    {
        read.More();
        if (data == "[DONE]")
        {
            read.Expect(api == ClientApi.Chat, "[DONE], which this API does not have");
            read.Expect(read.Finish is not null, "an end mark before a finish");
            read.Terminate();
            return;
        }

        try
        {
            EventReader.Take(read, api, JsonNode.Parse(data)!.AsObject());
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NullReferenceException or ArgumentOutOfRangeException)
        {
            read.Problems.Add($"an event that is not of this API: {data}");
        }
    }

    /// <summary>Items of one JSON array, up to the first that is not whole.</summary>
    private static void ReadArray(ReadAnswer read, byte[] bytes)
    {
        var reader = new Utf8JsonReader(bytes, isFinalBlock: false, default);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
            {
                read.Problems.Add("not an array");
                return;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            {
                var start = (int)reader.TokenStartIndex;
                if (!reader.TrySkip())
                {
                    break;
                }

                read.More();
                EventReader.Gemini(read, JsonNode.Parse(bytes.AsSpan(start, (int)reader.BytesConsumed - start))!.AsObject());
            }
        }
        catch (JsonException)
        {
            read.Problems.Add("not JSON");
        }

        read.Expect(reader.TokenType == JsonTokenType.EndArray && bytes.AsSpan((int)reader.BytesConsumed).TrimEnd(" \r\n"u8).IsEmpty, "the array is not closed");
    }
}
