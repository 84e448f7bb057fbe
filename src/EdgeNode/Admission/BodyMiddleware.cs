using GlobalGateway.EdgeNode.Dialects;
using GlobalGateway.EdgeNode.Errors;
using GlobalGateway.EdgeNode.Requests;
using GlobalGateway.EdgeNode.Shapes;
using GlobalGateway.EdgeNode.Tenancy;

namespace GlobalGateway.EdgeNode.Admission;

/// <summary>Reads the body of a model call once, learns its facts, and resolves the model it names.</summary>
public sealed class BodyMiddleware(RequestDelegate next, AdmissionGate gate, ShapeRecorder shapes)
{
    public Task InvokeAsync(HttpContext context) =>
        context.Gateway().Operation is Operation.Service or Operation.ListModels or Operation.GetModel ? next(context) : RunAsync(context);

    private async Task RunAsync(HttpContext context)
    {
        var request = context.Gateway();
        using var body = new RequestBody(gate);
        if (await BodyReader.ReadAsync(context.Request, body, context.RequestAborted) is { } unreadable)
        {
            await ErrorWriter.WriteAsync(context, unreadable);
            return;
        }

        if (BodyInspector.Inspect(body.Span, out var facts) is { } invalid)
        {
            await ErrorWriter.WriteAsync(context, invalid);
            return;
        }

        request.Body = body;
        request.Facts = facts;
        shapes.Look(request, body.Span);
        var refusal = request.Model is not null ? null
            : facts.Model is null ? GatewayError.BadBody("\"model\" is missing; GET /v1/models lists those you may use.", "model")
            : ModelAccess.Resolve(request, facts.Model);
        await (refusal is { } error ? ErrorWriter.WriteAsync(context, error) : next(context));
    }
}
