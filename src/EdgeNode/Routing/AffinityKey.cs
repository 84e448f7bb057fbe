using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Dialects;
using GlobalGateway.EdgeNode.Requests;

namespace GlobalGateway.EdgeNode.Routing;

/// <summary>Identifies what should stay on one target: a conversation or a tenant, within one model.</summary>
public readonly record struct AffinityKey(string Tenant, string Model, int Conversation)
{
    /// <summary>Providers cache no shorter prompts, so shorter ones have nothing to stay for.</summary>
    public const long CachedTokensMin = 1_024;

    /// <summary>Conversations of the responses API are remembered however short: what they send back may be known only where it was made.</summary>
    public static AffinityKey? Of(GatewayRequest request, Affinity affinity) => affinity switch
    {
        Affinity.Conversation when request.Facts.InputTokens >= CachedTokensMin || request.Operation == Operation.Responses =>
            new(request.Client!.Tenant.Name, request.Model!.Name, request.Facts.ConversationHash),
        Affinity.Tenant => new(request.Client!.Tenant.Name, request.Model!.Name, 0),
        _ => null,
    };
}
