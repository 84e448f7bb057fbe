using System.Text.Json;
using System.Text.Json.Serialization;
using GlobalGateway.ProviderSimulator.Catalogue;
using GlobalGateway.ProviderSimulator.Faults;
using GlobalGateway.ProviderSimulator.Latency;

namespace GlobalGateway.ProviderSimulator.Admin;

internal sealed record FaultRuleView(FaultRule Rule, int Matched, int Fired);

internal sealed record FaultListView(IReadOnlyList<FaultRuleView> Faults);

internal sealed record LatencyListView(IReadOnlyList<LatencyRule> Rules);

internal sealed record CredentialView(string Sha256, string Last4);

internal sealed record RequestView(
    long Sequence, DateTimeOffset Time, string RequestId, string Provider, string Endpoint, string Method, string Path, string Query, string Protocol,
    string ConnectionId, int ConnectionRequest, IReadOnlyDictionary<string, string> Headers, CredentialView? Credential, string Body, int BodyBytes,
    string? Model, string? FaultRule, string? FaultType, string Outcome, int Status, int EventsSent);

internal sealed record RequestListView(IReadOnlyList<RequestView> Requests);

internal sealed record ErrorsView(IReadOnlyList<string> Errors);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FaultRule))]
[JsonSerializable(typeof(FaultRuleView))]
[JsonSerializable(typeof(FaultListView))]
[JsonSerializable(typeof(LatencyRule))]
[JsonSerializable(typeof(LatencyListView))]
[JsonSerializable(typeof(RequestListView))]
[JsonSerializable(typeof(ErrorsView))]
[JsonSerializable(typeof(IReadOnlyList<SimulatedModel>))]
internal sealed partial class AdminJson : JsonSerializerContext;
