using System.Text.Json.Serialization;
using GlobalGateway.ControlPlane.Store;

namespace GlobalGateway.ControlPlane.Api;

/// <summary>What <c>GET /api/v1/status</c> answers.</summary>
/// <param name="Serving">The revision edges are told to serve; absent before the first valid source.</param>
public sealed record FleetStatus(string Fleet, ServingStatus? Serving, SourceStatus Source, IReadOnlyList<EdgeStatus> Edges);

/// <param name="Resources">How many of each kind.</param>
public sealed record ServingStatus(
    string Revision, string ContentHash, string Bundle, long Sequence, DateTimeOffset Since, IReadOnlyDictionary<string, int> Resources);

/// <param name="State"><c>valid</c>, <c>invalid</c> or <c>loading</c>.</param>
/// <param name="Errors">Every one; the edges keep the serving revision.</param>
public sealed record SourceStatus(string Folder, string State, int Files, DateTimeOffset? CheckedAt, IReadOnlyList<SourceError> Errors);

/// <param name="Text">The whole line, as <c>gg validate</c> prints it.</param>
public sealed record SourceError(string File, int Line, int Column, string Resource, string Path, string Message, string Text);

/// <param name="State"><c>ack</c>: serves what it is told; <c>nack</c>: refuses it, see the reason; <c>pending</c>: has not answered yet.</param>
public sealed record EdgeStatus(
    string Region, string Name, bool Connected, string State, string? Revision, long Sequence, string? Reason, double LastSeenSeconds);

/// <summary>What <c>GET /api/v1/edges</c> answers.</summary>
public sealed record EdgeList(IReadOnlyList<EdgeStatus> Edges);

/// <summary>What <c>GET /api/v1/revisions</c> answers, newest first.</summary>
public sealed record RevisionList(IReadOnlyList<StoredRevision> Revisions);


[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true)]
[JsonSerializable(typeof(FleetStatus))]
[JsonSerializable(typeof(EdgeList))]
[JsonSerializable(typeof(RevisionList))]
[JsonSerializable(typeof(Problem))]
internal sealed partial class ApiJsonContext : JsonSerializerContext;
