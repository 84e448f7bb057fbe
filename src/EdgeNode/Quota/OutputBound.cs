using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Dialects;
using GlobalGateway.EdgeNode.Requests;
using GlobalGateway.EdgeNode.Routing;

namespace GlobalGateway.EdgeNode.Quota;

/// <summary>How long an answer may become that a budget pays for.</summary>
public static class OutputBound
{
    /// <summary>The client's limit within what the target can do, or what the target can do.</summary>
    public static long Of(GatewayRequest request, ModelEndpoint target)
    {
        var most = target.Capabilities.MaxOutput;
        return !HasOutput(request.Operation) ? 0
            : request.Facts.MaxOutputTokens is { } wanted ? most > 0 ? Math.Min(wanted, most) : wanted
            : most > 0 ? most
            : Reasons(target) ? QuotaLimits.ReasoningOutputTokensDefault
            : QuotaLimits.OutputTokensDefault;
    }

    /// <summary>What is set aside before the call: of a stream its first step, where what is billed can be seen while it comes. Thinking cannot.</summary>
    public static long First(GatewayRequest request, ModelEndpoint target, long bound) =>
        request.IsStream && !Reasons(target) ? Math.Min(bound, QuotaLimits.StepTokens) : bound;

    private static bool HasOutput(Operation operation) => operation is not (Operation.Embeddings or Operation.EmbedContent or Operation.BatchEmbedContents);

    private static bool Reasons(ModelEndpoint target) => target.Capabilities.Reasoning != ReasoningSupport.None;
}
