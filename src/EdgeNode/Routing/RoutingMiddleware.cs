using GlobalGateway.EdgeNode.Dialects;
using GlobalGateway.EdgeNode.Errors;
using GlobalGateway.EdgeNode.Requests;

namespace GlobalGateway.EdgeNode.Routing;

/// <summary>Turns the model a client named into the ordered targets that may answer.</summary>
public sealed class RoutingMiddleware(RequestDelegate next, TargetPlanner planner)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Gateway();
        if (request.Operation is Operation.Service or Operation.ListModels or Operation.GetModel || request.Plan.Targets is not null)
        {
            return next(context);
        }

        var model = request.Model!;
        var plan = planner.Plan(request, ClientAddress.HashOf(context));
        if (plan.Count == 0)
        {
            return ErrorWriter.WriteAsync(context, HasTargetFor(model, request.Operation)
                ? GatewayError.NoUsableTarget(model.Name)
                : GatewayError.OtherDialect(model.Name, Describe(request.Operation)));
        }

        request.Plan = new TargetPlan(plan);
        return next(context);
    }

    private static bool HasTargetFor(CompiledModel model, Operation operation) =>
        model.Near.Any(t => t.Serves(operation)) || model.Far.Any(t => t.Serves(operation));

    private static string Describe(Operation operation) => operation switch
    {
        Operation.Messages or Operation.CountTokens => "the Anthropic messages API",
        Operation.GenerateContent or Operation.StreamGenerateContent or Operation.GeminiCountTokens => "the Gemini API",
        Operation.Embeddings or Operation.EmbedContent or Operation.BatchEmbedContents => "an embeddings API",
        Operation.Responses => "the OpenAI responses API",
        _ => "the OpenAI chat completions API",
    };
}
