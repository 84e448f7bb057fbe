using System.Text.Json.Serialization;
using GlobalGateway.Contracts.Bundles;

namespace GlobalGateway.Contracts.Fleet;

/// <summary>One text message on the WebSocket between an edge and a control plane.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type", IgnoreUnrecognizedTypeDiscriminators = true)]
[JsonDerivedType(typeof(EdgeHello), "hello")]
[JsonDerivedType(typeof(EdgeAck), "ack")]
[JsonDerivedType(typeof(EdgeNack), "nack")]
[JsonDerivedType(typeof(EdgeHeartbeat), "edgeHeartbeat")]
[JsonDerivedType(typeof(EdgeSample), "sample")]
[JsonDerivedType(typeof(RevocationsAck), "revocationsAck")]
[JsonDerivedType(typeof(SelfProbeResult), "selfProbeResult")]
[JsonDerivedType(typeof(PointerMessage), "pointer")]
[JsonDerivedType(typeof(RevocationsMessage), "revocations")]
[JsonDerivedType(typeof(SelfProbeMessage), "selfProbe")]
[JsonDerivedType(typeof(PlaneHeartbeat), "heartbeat")]
public abstract record FleetMessage;

/// <summary>The edge's first message: what it can read and the newest signed documents it holds.</summary>
/// <param name="Boot">Random per process: another one means that the edge has restarted.</param>
/// <param name="Pointer">The one with the highest sequence, whichever cohort it was for.</param>
/// <param name="Peer">The <c>https</c> base URL where the edge answers other edges and control planes with what its disk holds.</param>
public sealed record EdgeHello(
    IReadOnlyList<int> Formats,
    string Boot,
    string? Revision = null,
    SignedDocument? Pointer = null,
    SignedDocument? Revocations = null,
    string? Peer = null) : FleetMessage;

/// <summary>The pointer with this nonce is now served.</summary>
public sealed record EdgeAck(string Nonce, long Sequence, string Revision) : FleetMessage;

/// <summary>The pointer with this nonce is not served, and why; the edge goes on with what it had.</summary>
public sealed record EdgeNack(string Nonce, long Sequence, string Reason, string? Revision = null) : FleetMessage;

/// <summary>What the edge serves, every five seconds.</summary>
/// <param name="Bundle">The digest of the served manifest.</param>
/// <param name="Revocations">The sequence of the revocation list in force; 0 for none.</param>
/// <param name="Draining">Whether the edge is going away.</param>
/// <param name="TrustedKeys">Ids of the public keys the installer placed.</param>
/// <param name="SignedBy">Ids of the keys that signed what the edge's disk holds: pointers, manifests, revocations.</param>
public sealed record EdgeHeartbeat(
    long Sequence,
    string? Revision = null,
    string? Bundle = null,
    long Revocations = 0,
    bool Draining = false,
    IReadOnlyList<string>? TrustedKeys = null,
    IReadOnlyList<string>? SignedBy = null) : FleetMessage;

/// <summary>
/// How requests fared that began under the bundle now served, counted from the moment it was swapped in; a new bundle counts from zero.
/// Sent every second in which a number changed.
/// </summary>
/// <param name="AgeMs">Since the bundle was swapped in.</param>
/// <param name="ServerErrors">Answers of 500 and above, and streams that ended with an error.</param>
/// <param name="Denials">Answers of 401, 403 and 429; a 401 only for a key that the bundle before knew as valid.</param>
/// <param name="Latency">Pairs of bucket (<see cref="LatencyBuckets"/>) and requests, of requests that were neither refused nor failed.</param>
/// <param name="Tenants">Those with the most denials first, then with the most requests; at most <see cref="FleetProtocol.SampleTenantsMax"/>.</param>
public sealed record EdgeSample(
    string Bundle,
    long AgeMs,
    long Requests,
    long ServerErrors,
    long Denials,
    IReadOnlyList<BucketCount> Latency,
    IReadOnlyList<TenantSample> Tenants) : FleetMessage;

/// <summary>How many requests took the time of this bucket.</summary>
public readonly record struct BucketCount(int Bucket, long Requests);

/// <summary>A tenant's part of an <see cref="EdgeSample"/>.</summary>
public readonly record struct TenantSample(string Tenant, long Requests, long Denials);

/// <summary>Serve this.</summary>
public sealed record PointerMessage(string Nonce, SignedDocument Pointer) : FleetMessage;

/// <summary>Refuse these keys, whatever the bundle says.</summary>
public sealed record RevocationsMessage(SignedDocument Revocations) : FleetMessage;

/// <summary>The list with this sequence is in force and on disk, or why it is not.</summary>
public sealed record RevocationsAck(long Sequence, string? Problem = null) : FleetMessage;

/// <summary>Send one request to each route and model of the bundle now served, and say how they went.</summary>
public sealed record SelfProbeMessage(string Nonce) : FleetMessage;

/// <param name="Failures">A line each, such as <c>Model/fast: 502</c>; at most <see cref="FleetProtocol.ProbeFailuresMax"/>.</param>
public sealed record SelfProbeResult(string Nonce, string Bundle, int Requests, IReadOnlyList<string> Failures) : FleetMessage;

/// <summary>The store's newest sequence and how long ago the control plane last reached its store.</summary>
public sealed record PlaneHeartbeat(long Sequence, long StoreAgeMs) : FleetMessage;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    MaxDepth = 8)]
[JsonSerializable(typeof(FleetMessage))]
[JsonSerializable(typeof(HeldDocuments))]
[JsonSerializable(typeof(RecordedRequests))]
internal sealed partial class FleetJsonContext : JsonSerializerContext;
