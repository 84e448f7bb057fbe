using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Dialects;

namespace GlobalGateway.EdgeNode.Translation;

/// <summary>Finds the codec of a client's operation or of a provider's format; absent where there is none.</summary>
public static class ChatCodecs
{
    public static ChatCodec? ForClient(Operation operation) => null;

    public static ChatCodec? ForProvider(ProviderFormat format, Capabilities capabilities) => null;
}
