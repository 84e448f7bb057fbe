using System.Text.Json.Serialization;
using GlobalGateway.ControlPlane.Store;
using static System.FormattableString;

namespace GlobalGateway.ControlPlane.Api;

/// <summary>What <c>GET /api/v1/status</c> answers.</summary>
/// <param name="Serving">The revision edges are told to serve; absent before the first valid source.</param>
/// <param name="Store">Absent where the store gives no answer.</param>
public sealed record FleetStatus(string Fleet, ServingStatus? Serving, SourceStatus Source, IReadOnlyList<EdgeStatus> Edges, StoreStatus? Store = null);

/// <param name="QuotaBytes">Absent where only the disk limits the store.</param>
/// <param name="Warning">What follows from how full it is; absent below 60 % of the quota.</param>
public sealed record StoreStatus(long Bytes, long? QuotaBytes, string? Warning)
{
    public static StoreStatus Of(StoreStanding standing) => new(standing.Bytes, standing.QuotaBytes, standing.Share switch
    {
        >= StoreStanding.RefuseAt => Invariant($"the store is {standing.Share:0 %} full: no new rollout begins, pointers are still moved; raise its quota or remove what others keep in it"),
        >= StoreStanding.WarnAt => Invariant($"the store is {standing.Share:0 %} full: from {StoreStanding.RefuseAt:0 %} on no new rollout begins; raise its quota or remove what others keep in it"),
        _ => null,
    });
}

/// <param name="Resources">How many of each kind.</param>
public sealed record ServingStatus(
    string Revision, string ContentHash, string Bundle, long Sequence, DateTimeOffset Since, IReadOnlyDictionary<string, int> Resources);

/// <param name="State"><c>valid</c>, <c>invalid</c> or <c>loading</c>.</param>
/// <param name="Errors">Every one; the edges keep the serving revision.</param>
public sealed record SourceStatus(string Folder, string State, int Files, DateTimeOffset? CheckedAt, IReadOnlyList<SourceError> Errors);

/// <param name="Text">The whole line, as <c>gg validate</c> prints it.</param>
public sealed record SourceError(string File, int Line, int Column, string Resource, string Path, string Message, string Text);

/// <param name="State"><c>ack</c>: serves what it is told; <c>nack</c>: refuses it, see the reason; <c>pending</c>: has not answered yet; <c>unknown</c>: not heard for 15 s.</param>
/// <param name="LastSeenSeconds">Since the edge was heard by any control plane.</param>
/// <param name="Bundle">The digest of what it serves.</param>
/// <param name="Revocations">The sequence of the revocation list in force there.</param>
/// <param name="TrustedKeys">Ids of the signing keys that its installer placed.</param>
/// <param name="SignedBy">Ids of the keys that signed what its disk holds.</param>
public sealed record EdgeStatus(
    string Region,
    string Name,
    bool Connected,
    string State,
    string? Revision,
    long Sequence,
    string? Reason,
    double LastSeenSeconds,
    string? Bundle,
    long Revocations,
    bool Draining,
    IReadOnlyList<string> TrustedKeys,
    IReadOnlyList<string> SignedBy);

/// <summary>What <c>GET /api/v1/edges</c> answers.</summary>
public sealed record EdgeList(IReadOnlyList<EdgeStatus> Edges);


[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true)]
[JsonSerializable(typeof(FleetStatus))]
[JsonSerializable(typeof(EdgeList))]
[JsonSerializable(typeof(Problem))]
internal sealed partial class ApiJsonContext : JsonSerializerContext;
