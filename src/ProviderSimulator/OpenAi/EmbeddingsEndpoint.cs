using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using GlobalGateway.ProviderSimulator.Answers;
using GlobalGateway.ProviderSimulator.Composition;
using GlobalGateway.ProviderSimulator.Validation;

namespace GlobalGateway.ProviderSimulator.OpenAi;

/// <summary><c>POST /embeddings</c>: unit vectors drawn from the input, as numbers or base64 of little-endian floats.</summary>
internal sealed class EmbeddingsEndpoint(Vendor vendor, ModelSelection models)
{
    private const int InputsMax = 2048;

    private static readonly (string, Shape)[] Fields =
    [
        ("model!", Shape.Text),
        ("input!", Shape.Either(Shape.Text, Shape.List(Shape.Text, 1, InputsMax), Shape.List(Shape.Whole(0), 1), Shape.List(Shape.List(Shape.Whole(0), 1), 1, InputsMax))),
        ("encoding_format", Shape.OneOf("float", "base64")), ("dimensions", Shape.Whole(1)), ("user", Shape.Text),
    ];

    private static readonly ObjectShape OpenAiShape = new(Fields);
    private static readonly ObjectShape AzureShape = new([("model", Shape.Text), .. Fields.Skip(1), ("input_type", Shape.Text)]);

    public PreparedAnswer Answer(ApiRequest api)
    {
        if (!JsonReading.TryParse(api.Body, out var document))
        {
            return vendor.BadJson();
        }
        using (document)
        {
            var request = document!.RootElement;
            if ((api.PathModel is null ? OpenAiShape : AzureShape).Check(request) is { } complaint)
            {
                return vendor.Refuse(complaint).WithModel(request);
            }
            var name = api.PathModel ?? request.Text("model")!;
            if (models.Find(name) is not { } model)
            {
                return models.Unknown(name).WithModel(name);
            }
            if (!model.IsEmbedding)
            {
                return OpenAiErrors.Answer(403, "You are not allowed to generate embeddings from this model").WithModel(name);
            }
            var dimensions = request.Whole("dimensions") ?? model.Dimensions;
            if (dimensions > model.Dimensions)
            {
                return OpenAiErrors.Answer(400, $"Invalid value for 'dimensions' = {dimensions}. Must be less than or equal to {model.Dimensions}.", "dimensions").WithModel(name);
            }
            var inputs = Inputs(request.GetProperty("input"));
            if (inputs.Exists(static input => input.Tokens == 0))
            {
                return OpenAiErrors.Answer(400, "'$.input' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.").WithModel(name);
            }
            if (inputs.Find(input => input.Tokens > model.ContextTokens) is { Tokens: > 0 } tooLong)
            {
                return OpenAiErrors.Answer(400, $"This model's maximum context length is {model.ContextTokens} tokens, however you requested {tooLong.Tokens} tokens ({tooLong.Tokens} in your prompt; 0 for the completion). Please reduce your prompt; or completion length.").WithModel(name);
            }
            return new PreparedAnswer { Model = name, PromptText = request.GetProperty("input").GetRawText(), Body = Write(inputs, model.Id, model.Dimensions, (int)dimensions, request.Text("encoding_format") == "base64") };
        }
    }

    private readonly record struct EmbeddingInput(ulong Seed, int Tokens);

    private static List<EmbeddingInput> Inputs(JsonElement input) => input.ValueKind == JsonValueKind.String ? [One(input)]
        : input[0].ValueKind == JsonValueKind.Number ? [One(input)]
        : [.. input.EnumerateArray().Select(One)];

    private static EmbeddingInput One(JsonElement input)
    {
        if (input.ValueKind == JsonValueKind.String)
        {
            var text = input.GetString()!;
            return new(Fingerprint.Of(text), TokenCounter.Of(text));
        }
        var tokens = input.EnumerateArray().Select(static token => token.GetInt64()).ToArray();
        return new(Fingerprint.Of(MemoryMarshal.AsBytes(tokens.AsSpan())), tokens.Length);
    }

    private static byte[] Write(List<EmbeddingInput> inputs, string model, int full, int dimensions, bool base64) => JsonBytes.Write((inputs, model, full, dimensions, base64), static (writer, state) =>
    {
        writer.WriteStartObject();
        writer.WriteString("object", "list");
        writer.WriteStartArray("data");
        for (var index = 0; index < state.inputs.Count; index++)
        {
            var vector = UnitVector.Draw(state.inputs[index].Seed ^ Fingerprint.Of(state.model), state.full, state.dimensions);
            writer.WriteStartObject();
            writer.WriteString("object", "embedding");
            writer.WriteNumber("index", index);
            if (state.base64)
            {
                writer.WriteString("embedding", Encoding.ASCII.GetString(Base64Of(vector)));
            }
            else
            {
                writer.WriteStartArray("embedding");
                foreach (var value in vector)
                {
                    writer.WriteNumberValue(value);
                }
                writer.WriteEndArray();
            }
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteString("model", state.model);
        writer.WriteStartObject("usage");
        writer.WriteNumber("prompt_tokens", state.inputs.Sum(static input => input.Tokens));
        writer.WriteNumber("total_tokens", state.inputs.Sum(static input => input.Tokens));
        writer.WriteEndObject();
        writer.WriteEndObject();
    });

    private static byte[] Base64Of(float[] vector)
    {
        var bytes = MemoryMarshal.AsBytes(vector.AsSpan());
        var text = new byte[Base64.GetMaxEncodedToUtf8Length(bytes.Length)];
        Base64.EncodeToUtf8(bytes, text, out _, out _);
        return text;
    }
}
