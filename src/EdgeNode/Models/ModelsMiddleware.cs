using System.Buffers;
using System.Globalization;
using System.Text.Json;
using GlobalGateway.EdgeNode.Dialects;
using GlobalGateway.EdgeNode.Errors;
using GlobalGateway.EdgeNode.Limits;
using GlobalGateway.EdgeNode.Requests;
using GlobalGateway.EdgeNode.Routing;

namespace GlobalGateway.EdgeNode.Models;

/// <summary>Lists the models a key may use, in OpenAI's, Anthropic's or Gemini's shape.</summary>
public sealed class ModelsMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Gateway();
        if (request.Operation is not (Operation.ListModels or Operation.GetModel))
        {
            return next(context);
        }

        var names = request.Snapshot!.Models.Keys.Where(n => request.Client!.MayUse(request.Snapshot.Models[n].Name)).Order(StringComparer.Ordinal).ToArray();
        if (request.Operation == Operation.GetModel && !names.Contains(request.PathModel))
        {
            return ErrorWriter.WriteAsync(context, GatewayError.UnknownModel(request.PathModel!));
        }

        var body = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(body))
        {
            if (request.Operation == Operation.GetModel)
            {
                WriteModel(writer, request, request.PathModel!);
            }
            else
            {
                WriteList(writer, request, names);
            }
        }

        LimitHeaders.Write(context);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.WrittenCount;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : context.Response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted).AsTask();
    }

    private static void WriteList(Utf8JsonWriter writer, GatewayRequest request, string[] names)
    {
        writer.WriteStartObject();
        if (request.Dialect == Dialect.OpenAI)
        {
            writer.WriteString("object"u8, "list"u8);
        }

        writer.WriteStartArray(request.Dialect == Dialect.Gemini ? "models"u8 : "data"u8);
        foreach (var name in names)
        {
            WriteModel(writer, request, name);
        }

        writer.WriteEndArray();
        if (request.Dialect == Dialect.Anthropic)
        {
            writer.WriteBoolean("has_more"u8, false);
            writer.WriteString("first_id"u8, names.FirstOrDefault());
            writer.WriteString("last_id"u8, names.LastOrDefault());
        }

        writer.WriteEndObject();
    }

    private static void WriteModel(Utf8JsonWriter writer, GatewayRequest request, string name)
    {
        var compiledAt = request.Snapshot!.CompiledAt;
        writer.WriteStartObject();
        if (request.Dialect == Dialect.Gemini)
        {
            WriteGemini(writer, name, request.Snapshot.Models[name]);
            writer.WriteEndObject();
            return;
        }

        writer.WriteString("id"u8, name);
        if (request.Dialect == Dialect.Anthropic)
        {
            writer.WriteString("type"u8, "model"u8);
            writer.WriteString("display_name"u8, name);
            writer.WriteString("created_at"u8, compiledAt.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        }
        else
        {
            writer.WriteString("object"u8, "model"u8);
            writer.WriteNumber("created"u8, compiledAt.ToUnixTimeSeconds());
            writer.WriteString("owned_by"u8, "gateway"u8);
        }

        writer.WriteEndObject();
    }

    private static void WriteGemini(Utf8JsonWriter writer, string name, CompiledModel model)
    {
        var targets = model.Near.Concat(model.Far).ToArray();
        writer.WriteString("name"u8, $"models/{name}");
        writer.WriteString("displayName"u8, name);
        writer.WriteString("version"u8, "1"u8);
        if (targets.Select(t => t.Capabilities.Context).Where(c => c > 0).DefaultIfEmpty().Min() is > 0 and var context)
        {
            writer.WriteNumber("inputTokenLimit"u8, context);
        }

        if (targets.Select(t => t.Capabilities.MaxOutput).Where(c => c > 0).DefaultIfEmpty().Min() is > 0 and var output)
        {
            writer.WriteNumber("outputTokenLimit"u8, output);
        }

        writer.WriteStartArray("supportedGenerationMethods"u8);
        foreach (var (operation, method) in (ReadOnlySpan<(Operation, string)>)
            [(Operation.GenerateContent, "generateContent"), (Operation.StreamGenerateContent, "streamGenerateContent"), (Operation.GeminiCountTokens, "countTokens"),
            (Operation.EmbedContent, "embedContent"), (Operation.BatchEmbedContents, "batchEmbedContents")])
        {
            if (Array.Exists(targets, t => t.Serves(operation)))
            {
                writer.WriteStringValue(method);
            }
        }

        writer.WriteEndArray();
    }
}
