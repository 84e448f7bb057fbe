using System.Text.Json;
using GlobalGateway.ProviderSimulator.Answers;
using GlobalGateway.ProviderSimulator.Validation;

namespace GlobalGateway.ProviderSimulator.OpenAi;

/// <summary><c>POST /responses</c> and the calls on a stored response.</summary>
internal sealed class ResponsesEndpoint(Vendor vendor, ModelSelection models, ResponseStore store)
{
    public PreparedAnswer Create(ApiRequest api)
    {
        if (!JsonReading.TryParse(api.Body, out var document))
        {
            return vendor.BadJson();
        }
        using (document)
        {
            var request = document!.RootElement;
            if (ResponsesSchema.Create.Check(request) is { } complaint)
            {
                return OpenAiComplaints.Word(complaint, legacyWording: false).WithModel(request);
            }
            var name = request.Text("model")!;
            if (models.Find(name) is not { IsEmbedding: false } model)
            {
                return models.Unknown(name).WithModel(name);
            }
            var previousId = request.Text("previous_response_id");
            var previous = previousId is null ? null : store.Find(previousId);
            if (previousId is not null && previous is null)
            {
                return Stateful(OpenAiErrors.Answer(400, $"Previous response with id '{previousId}' not found.", "previous_response_id", "previous_response_not_found"), name);
            }
            if ((ResponsesRules.Check(request, model, previous) ?? Reasoning(request)) is { } refusal)
            {
                return Stateful(refusal, name);
            }
            var prompt = ResponsesPrompt.Read(request, model, previous);
            if (prompt.Tokens > model.ContextTokens)
            {
                return OpenAiErrors.Answer(400, "Your input exceeds the context window of this model. Please adjust your input and try again.", "input", "context_length_exceeded").WithModel(name);
            }
            if (prompt.Directives.Filter && vendor is Azure.AzureVendor)
            {
                return ModelSelection.Filtered().WithModel(name);
            }
            var answer = new ResponsesAnswer(request, model, prompt, Account);
            var isStored = request.Field("store") is not { ValueKind: JsonValueKind.False };
            var streams = request.Flag("stream");
            return new PreparedAnswer
            {
                Model = name,
                PromptText = prompt.Text,
                Tokens = answer.CompletionTokens,
                Directives = prompt.Directives,
                ContentType = streams ? PreparedAnswer.EventStream : PreparedAnswer.Json,
                Frames = streams ? answer.Stream() : null,
                Body = streams ? [] : request.Flag("background") ? answer.Queued() : answer.Whole(),
                DependsOnState = previous is not null || HasReasoning(request),
                Stored = isStored ? new StoredResponse(answer.Id, answer.Whole(), InputItems(request, answer.Id), prompt.Text, answer.CallIds, request.Flag("background"), streams && request.Flag("background") ? answer.Stream() : null) : null,
            };
        }
    }

    private string Account => vendor.Name;

    /// <summary>Reasoning that comes back is known by its encrypted content, or by its id while its response is stored.</summary>
    private PreparedAnswer? Reasoning(JsonElement request)
    {
        foreach (var item in request.Field("input") is { ValueKind: JsonValueKind.Array } input ? input.EnumerateArray() : default)
        {
            if (item.Text("type") != "reasoning")
            {
                continue;
            }
            var id = item.Text("id")!;
            if (item.Text("encrypted_content") is { } encrypted)
            {
                if (!encrypted.StartsWith(ResponsesAnswer.EncryptedPrefix(Account), StringComparison.Ordinal))
                {
                    return OpenAiErrors.Answer(400, $"The encrypted content for item {id} could not be verified. Reason: Encrypted content could not be decrypted or parsed.", code: "invalid_encrypted_content");
                }
            }
            else if (!id.StartsWith("rs_", StringComparison.Ordinal) || store.Find("resp_" + id[3..]) is null)
            {
                return OpenAiErrors.Answer(404, $"Item with id '{id}' not found. Items are not persisted when `store` is set to false. Try again with `store` set to true, or remove this item from your input.", "input");
            }
        }
        return null;
    }

    public PreparedAnswer Get(ApiRequest api) => store.Find(api.PathModel!) is not { } stored ? Unknown(api.PathModel!)
        : api.Query["stream"] != "true" ? new() { Body = stored.Body }
        : stored.Frames is { } frames ? new() { ContentType = PreparedAnswer.EventStream, Frames = [.. frames.Skip(int.TryParse(api.Query["starting_after"], out var last) ? last + 1 : 0)] }
        : OpenAiErrors.Answer(400, "Streaming is only supported for responses that were created with `background: true` and `stream: true`.", "stream");

    public PreparedAnswer Items(ApiRequest api) => store.Find(api.PathModel!) is { } stored ? new() { Body = stored.InputItems } : Unknown(api.PathModel!);

    public PreparedAnswer Cancel(ApiRequest api) => store.Find(api.PathModel!) switch
    {
        null => Unknown(api.PathModel!),
        { IsBackground: false } => OpenAiErrors.Answer(400, "Cannot cancel a synchronous response."),
        var stored => new() { Body = stored.Body },
    };

    public PreparedAnswer Delete(ApiRequest api) => !store.Remove(api.PathModel!) ? Unknown(api.PathModel!) : new()
    {
        Body = JsonBytes.Write(api.PathModel!, static (writer, id) =>
        {
            writer.WriteStartObject();
            writer.WriteString("id", id);
            writer.WriteString("object", "response");
            writer.WriteBoolean("deleted", true);
            writer.WriteEndObject();
        }),
    };

    private static bool HasReasoning(JsonElement request) => request.Items("input").Any(static item => item.Text("type") == "reasoning");

    private static PreparedAnswer Unknown(string id) => OpenAiErrors.Answer(404, $"Response with id '{id}' not found.");

    private static PreparedAnswer Stateful(PreparedAnswer answer, string model) => new() { Status = answer.Status, Body = answer.Body, Model = model, DependsOnState = true };

    private static byte[] InputItems(JsonElement request, string id) => JsonBytes.Write((request, id), static (writer, state) =>
    {
        writer.WriteStartObject();
        writer.WriteString("object", "list");
        writer.WriteStartArray("data");
        var index = 0;
        if (state.request.Text("input") is { } text)
        {
            writer.WriteStartObject();
            writer.WriteString("id", $"msg_{state.id[5..]}_0");
            writer.WriteString("type", "message");
            writer.WriteString("status", "completed");
            writer.WriteString("role", "user");
            writer.WriteStartArray("content");
            writer.WriteStartObject();
            writer.WriteString("type", "input_text");
            writer.WriteString("text", text);
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteEndObject();
            index++;
        }
        foreach (var item in state.request.Items("input"))
        {
            writer.WriteStartObject();
            if (item.Field("id") is null)
            {
                writer.WriteString("id", $"msg_{state.id[5..]}_{index}");
            }
            if (item.Field("type") is null)
            {
                writer.WriteString("type", "message");
            }
            foreach (var property in item.EnumerateObject())
            {
                property.WriteTo(writer);
            }
            writer.WriteEndObject();
            index++;
        }
        writer.WriteEndArray();
        writer.WriteString("first_id", index == 0 ? null : $"msg_{state.id[5..]}_0");
        writer.WriteString("last_id", index == 0 ? null : $"msg_{state.id[5..]}_{index - 1}");
        writer.WriteBoolean("has_more", false);
        writer.WriteEndObject();
    });
}
