using System.Text.Json.Serialization;

namespace GlobalGateway.ControlPlane.Tokens;

/// <summary>A token as the store keeps it: what it may do and its SHA-256, never the token. A token is 256 random bits, so a plain digest cannot be tried out.</summary>
public sealed record ApiToken(string Name, ApiRole Role, string Sha256, DateTimeOffset CreatedAt, string CreatedBy);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ApiToken))]
internal sealed partial class TokenJsonContext : JsonSerializerContext;
