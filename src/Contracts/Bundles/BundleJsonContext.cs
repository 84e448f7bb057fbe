using System.Text.Json.Serialization;

namespace GlobalGateway.Contracts.Bundles;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    MaxDepth = 8)]
[JsonSerializable(typeof(SignedDocument))]
[JsonSerializable(typeof(BundleManifest))]
[JsonSerializable(typeof(BundlePointer))]
[JsonSerializable(typeof(RevocationList))]
public sealed partial class BundleJsonContext : JsonSerializerContext;
