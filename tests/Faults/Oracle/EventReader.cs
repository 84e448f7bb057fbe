using System.Text.Json.Nodes;
using GlobalGateway.Faults.Clients;

namespace GlobalGateway.Faults.Oracle;

/// <summary>Reads one event of a stream.</summary>
internal static class EventReader
{
    public static void Take(ReadAnswer read, ClientApi api, JsonObject data)
    {
        switch (api)
        {
            case ClientApi.Chat:
                Chat(read, data);
                break;
            case ClientApi.Responses:
                Responses(read, data);
                break;
            case ClientApi.Messages:
                Messages(read, data);
                break;
            default:
                Gemini(read, data);
                break;
        }
    }

    private static void Chat(ReadAnswer read, JsonObject data)
    {
        if (data["error"] is not null)
        {
            read.Fail();
            return;
        }

        foreach (var (choice, _) in AnswerReader.Items(data["choices"]))
        {
            var delta = choice["delta"];
            read.Say(delta?["content"]?.GetValue<string>());
            foreach (var (call, _) in AnswerReader.Items(delta?["tool_calls"]))
            {
                var index = call["index"]!.GetValue<int>();
                if (call["function"]?["name"] is { } name)
                {
                    read.Begin(index, name.GetValue<string>());
                }

                read.Argue(index, call["function"]?["arguments"]?.GetValue<string>());
            }

            read.Stop(choice["finish_reason"]?.GetValue<string>());
        }
    }

    private static void Responses(ReadAnswer read, JsonObject data)
    {
        switch (data["type"]!.GetValue<string>())
        {
            case "response.output_text.delta":
                read.Say(data["delta"]!.GetValue<string>());
                break;
            case "response.output_item.added" when data["item"]!["type"]!.GetValue<string>() == "function_call":
                read.Begin(data["output_index"]!.GetValue<int>(), data["item"]!["name"]!.GetValue<string>());
                break;
            case "response.function_call_arguments.delta":
                read.Argue(data["output_index"]!.GetValue<int>(), data["delta"]!.GetValue<string>());
                break;
            case "response.completed" or "response.incomplete":
                var repeated = new ReadAnswer();
                AnswerReader.ReadOutput(repeated, data["response"]!);
                read.Expect(AnswerOracle.Difference(repeated, read) is null, "the terminal event says something else than the deltas");
                read.Stop(repeated.Finish);
                read.Terminate();
                break;
            case "error" or "response.failed":
                read.Fail();
                break;
        }
    }

    private static void Messages(ReadAnswer read, JsonObject data)
    {
        switch (data["type"]!.GetValue<string>())
        {
            case "content_block_start" when data["content_block"]!["type"]!.GetValue<string>() == "tool_use":
                read.Begin(data["index"]!.GetValue<int>(), data["content_block"]!["name"]!.GetValue<string>());
                break;
            case "content_block_delta":
                read.Say(data["delta"]!["text"]?.GetValue<string>());
                if (data["delta"]!["partial_json"] is { } piece)
                {
                    read.Argue(data["index"]!.GetValue<int>(), piece.GetValue<string>());
                }

                break;
            case "message_delta":
                read.Stop(data["delta"]!["stop_reason"]?.GetValue<string>());
                break;
            case "message_stop":
                read.Expect(read.Finish is not null, "an end mark before a finish");
                read.Terminate();
                break;
            case "error":
                read.Fail();
                break;
        }
    }

    /// <summary>A chunk, or a whole answer, which is one of them.</summary>
    public static void Gemini(ReadAnswer read, JsonObject data)
    {
        if (data["error"] is not null)
        {
            read.Fail();
            return;
        }

        var candidate = data["candidates"]![0]!;
        foreach (var (part, _) in AnswerReader.Items(candidate["content"]?["parts"]))
        {
            read.Say(part["text"]?.GetValue<string>());
            if (part["functionCall"] is { } call)
            {
                var index = read.Calls.Count;
                read.Begin(index, call["name"]!.GetValue<string>());
                read.Argue(index, call["args"]?.ToJsonString());
            }
        }

        if (candidate["finishReason"] is { } reason)
        {
            read.Stop(reason.GetValue<string>());
            read.Terminate();
        }
    }
}
