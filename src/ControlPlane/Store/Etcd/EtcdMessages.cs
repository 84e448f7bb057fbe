using System.Text.Json.Serialization;

namespace GlobalGateway.ControlPlane.Store.Etcd;

// The gateway ignores a field whose name it does not know, above all in comparisons: what is sent comes from these records only.

internal sealed record RangeRequest(byte[] Key, byte[]? RangeEnd = null, long? Limit = null, long? Revision = null, bool? KeysOnly = null);

internal sealed record RangeResponse(EtcdHeader Header, IReadOnlyList<EtcdEntry>? Kvs = null, bool More = false);

/// <summary>Says as of which revision an answer is.</summary>
internal sealed record EtcdHeader(long Revision = 0);

internal sealed record EtcdEntry(byte[] Key, byte[]? Value = null, long CreateRevision = 0, long ModRevision = 0, long Lease = 0);

internal sealed record TxnRequest(IReadOnlyList<EtcdCompare> Compare, IReadOnlyList<EtcdOperation> Success);

/// <param name="Target"><c>CREATE</c>, <c>MOD</c> or <c>VALUE</c>; the field of that name is the one that is set.</param>
internal sealed record EtcdCompare(byte[] Key, string Target, long? CreateRevision = null, long? ModRevision = null, byte[]? Value = null, string Result = "EQUAL");

internal sealed record EtcdOperation(PutRequest? RequestPut = null, DeleteRequest? RequestDeleteRange = null);

internal sealed record PutRequest(byte[] Key, byte[] Value, long? Lease = null);

internal sealed record DeleteRequest(byte[] Key);

/// <param name="Succeeded">Absent on the wire where it is false.</param>
internal sealed record TxnResponse(EtcdHeader Header, bool Succeeded = false);

internal sealed record LeaseGrantRequest([property: JsonPropertyName("TTL")] long Ttl);

internal sealed record LeaseRequest([property: JsonPropertyName("ID")] long Id);

/// <param name="Ttl">Absent on the wire where the lease has ended: the answer is a success all the same.</param>
internal sealed record LeaseResponse([property: JsonPropertyName("ID")] long Id = 0, [property: JsonPropertyName("TTL")] long Ttl = 0);

/// <summary>What a stream says, line by line: a result or an error, after which nothing else comes.</summary>
internal sealed record LeaseStreamLine(LeaseResponse? Result = null, EtcdError? Error = null);

internal sealed record AuthenticateRequest(string Name, string Password);

internal sealed record AuthenticateResponse(string Token);

internal sealed record WatchRequest(WatchCreateRequest CreateRequest);

internal sealed record WatchCreateRequest(byte[] Key, byte[] RangeEnd, long StartRevision);

internal sealed record WatchStreamLine(WatchResponse? Result = null, EtcdError? Error = null);

internal sealed record WatchResponse(
    EtcdHeader Header, bool Created = false, bool Canceled = false, long CompactRevision = 0, string? CancelReason = null, IReadOnlyList<EtcdEvent>? Events = null);

/// <param name="Type"><c>DELETE</c>, or absent for a put.</param>
internal sealed record EtcdEvent(EtcdEntry Kv, string? Type = null);

internal sealed record CompactionRequest(long Revision);

internal sealed record EmptyRequest;

internal sealed record EmptyResponse;

/// <param name="DbSizeQuota">Said by etcd 3.6 and later.</param>
internal sealed record StatusResponse(
    [property: JsonPropertyName("dbSize")] long DbSize = 0,
    [property: JsonPropertyName("dbSizeInUse")] long DbSizeInUse = 0,
    [property: JsonPropertyName("dbSizeQuota")] long DbSizeQuota = 0);

/// <summary>An error as an answer's body and as a line of a stream; <see cref="GrpcCode"/> is the stream's name of the code.</summary>
internal sealed record EtcdError(string? Message = null, int Code = 0, int GrpcCode = 0);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowReadingFromString | JsonNumberHandling.WriteAsString)]
[JsonSerializable(typeof(RangeRequest))]
[JsonSerializable(typeof(RangeResponse))]
[JsonSerializable(typeof(TxnRequest))]
[JsonSerializable(typeof(TxnResponse))]
[JsonSerializable(typeof(LeaseGrantRequest))]
[JsonSerializable(typeof(LeaseRequest))]
[JsonSerializable(typeof(LeaseResponse))]
[JsonSerializable(typeof(LeaseStreamLine))]
[JsonSerializable(typeof(AuthenticateRequest))]
[JsonSerializable(typeof(AuthenticateResponse))]
[JsonSerializable(typeof(WatchRequest))]
[JsonSerializable(typeof(WatchStreamLine))]
[JsonSerializable(typeof(CompactionRequest))]
[JsonSerializable(typeof(EmptyRequest))]
[JsonSerializable(typeof(EmptyResponse))]
[JsonSerializable(typeof(StatusResponse))]
[JsonSerializable(typeof(EtcdError))]
internal sealed partial class EtcdJsonContext : JsonSerializerContext;
