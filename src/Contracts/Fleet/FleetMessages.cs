using System.Text.Json.Serialization;
using GlobalGateway.Contracts.Bundles;

namespace GlobalGateway.Contracts.Fleet;

/// <summary>One text message on the WebSocket between an edge and a control plane.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(EdgeHello), "hello")]
[JsonDerivedType(typeof(EdgeAck), "ack")]
[JsonDerivedType(typeof(EdgeNack), "nack")]
[JsonDerivedType(typeof(EdgeHeartbeat), "edgeHeartbeat")]
[JsonDerivedType(typeof(PointerMessage), "pointer")]
[JsonDerivedType(typeof(PlaneHeartbeat), "heartbeat")]
public abstract record FleetMessage;

/// <summary>The edge's first message: what it can read and the newest pointer it holds.</summary>
public sealed record EdgeHello(IReadOnlyList<int> Formats, string? Revision = null, SignedDocument? Pointer = null) : FleetMessage;

/// <summary>The pointer with this nonce is now served.</summary>
public sealed record EdgeAck(string Nonce, long Sequence, string Revision) : FleetMessage;

/// <summary>The pointer with this nonce is not served, and why; the edge goes on with what it had.</summary>
public sealed record EdgeNack(string Nonce, long Sequence, string Reason, string? Revision = null) : FleetMessage;

/// <summary>What the edge serves, every five seconds.</summary>
public sealed record EdgeHeartbeat(long Sequence, string? Revision = null) : FleetMessage;

/// <summary>Serve this.</summary>
public sealed record PointerMessage(string Nonce, SignedDocument Pointer) : FleetMessage;

/// <summary>The store's newest sequence and how long ago the control plane last reached its store.</summary>
public sealed record PlaneHeartbeat(long Sequence, long StoreAgeMs) : FleetMessage;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    MaxDepth = 8)]
[JsonSerializable(typeof(FleetMessage))]
internal sealed partial class FleetJsonContext : JsonSerializerContext;
