using System.Text.Json;
using System.Text.Json.Serialization;

namespace GlobalGateway.ProviderSimulator.Admin;

/// <summary>Writes enum values as the documentation spells them; reads them in any case.</summary>
internal sealed class CamelCaseEnumConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;
