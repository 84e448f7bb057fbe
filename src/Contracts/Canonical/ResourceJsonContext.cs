using System.Text.Json.Serialization;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.Contracts.Values;

namespace GlobalGateway.Contracts.Canonical;

/// <summary>The JSON of every kind; an unknown field is an error, because leaving it out would change what was meant.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    Converters = [typeof(DurationConverter)])]
[JsonSerializable(typeof(Region))]
[JsonSerializable(typeof(Provider))]
[JsonSerializable(typeof(Model))]
[JsonSerializable(typeof(Route))]
[JsonSerializable(typeof(Tenant))]
[JsonSerializable(typeof(RateLimit))]
[JsonSerializable(typeof(Budget))]
[JsonSerializable(typeof(Guardrail))]
[JsonSerializable(typeof(CachePolicy))]
[JsonSerializable(typeof(FailoverPolicy))]
[JsonSerializable(typeof(RolloutPolicy))]
internal sealed partial class ResourceJsonContext : JsonSerializerContext;
