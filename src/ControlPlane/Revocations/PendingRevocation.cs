using System.Text.Json.Serialization;

namespace GlobalGateway.ControlPlane.Revocations;

/// <summary>A request to revoke more than one operator alone may.</summary>
/// <param name="Keys">SHA-256 of the keys, lower-case hex.</param>
/// <param name="By">Who asked, and may not approve.</param>
public sealed record PendingRevocation(string Id, IReadOnlyList<string> Keys, string By, DateTimeOffset At);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(PendingRevocation))]
internal sealed partial class RevocationJsonContext : JsonSerializerContext;
