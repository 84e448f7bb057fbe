using GlobalGateway.EdgeNode.Dialects;
using GlobalGateway.EdgeNode.Errors;
using GlobalGateway.EdgeNode.Requests;

namespace GlobalGateway.EdgeNode.Routing;

/// <summary>Turns the model a client named into the ordered targets that may answer.</summary>
public sealed class RoutingMiddleware(RequestDelegate next)
{
    /// <summary>Models followed through fallbacks, the first included.</summary>
    public const int ModelsMax = 4;

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Gateway();
        if (request.Operation is Operation.Service or Operation.ListModels or Operation.GetModel)
        {
            return next(context);
        }

        var model = request.Model!;
        var key = new RoutingKey(ClientAddress.HashOf(context), request.Facts.InputTokens, request.Facts.MaxOutputTokens ?? DefaultOutputTokens);
        var plan = new List<ModelEndpoint>(4);
        model.AppendPlan(plan, request.Operation, key);
        for (var i = 0; i < model.Fallbacks.Count && i < ModelsMax - 1; i++)
        {
            if (request.Snapshot!.FindModel(model.Fallbacks[i]) is { } fallback && request.Client!.MayUse(fallback.Name))
            {
                fallback.AppendPlan(plan, request.Operation, key);
            }
        }

        if (plan.Count == 0)
        {
            return ErrorWriter.WriteAsync(context, HasTargetFor(model, request.Operation)
                ? GatewayError.NoUsableTarget(model.Name)
                : GatewayError.OtherDialect(model.Name, Describe(request.Operation)));
        }

        request.Plan = new TargetPlan(plan);
        return next(context);
    }

    /// <summary>Assumed when the client states no limit; only compares targets with each other.</summary>
    private const long DefaultOutputTokens = 500;

    private static bool HasTargetFor(CompiledModel model, Operation operation) =>
        model.Near.Any(t => t.Urls.For(operation) is not null) || model.Far.Any(t => t.Urls.For(operation) is not null);

    private static string Describe(Operation operation) => operation switch
    {
        Operation.Messages or Operation.CountTokens => "the Anthropic messages API",
        Operation.Embeddings => "the OpenAI embeddings API",
        Operation.Responses => "the OpenAI responses API",
        _ => "the OpenAI chat completions API",
    };
}
