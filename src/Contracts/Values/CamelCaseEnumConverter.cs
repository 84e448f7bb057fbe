using System.Text.Json;
using System.Text.Json.Serialization;

namespace GlobalGateway.Contracts.Values;

/// <summary>Writes an enum as its camel-case name, or as the name given by <see cref="JsonStringEnumMemberNameAttribute"/>.</summary>
public sealed class CamelCaseEnumConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;
