using System.Text.Json.Serialization;

namespace GlobalGateway.ControlPlane.Tokens;

/// <summary>What the holder of a token may do; each role may also do what those before it may.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ApiRole>))]
public enum ApiRole
{
    /// <summary>Reads everything that is no secret.</summary>
    [JsonStringEnumMemberName("viewer")]
    Viewer,

    /// <summary>Steers what runs: rollouts, plans, looks at the source.</summary>
    [JsonStringEnumMemberName("operator")]
    Operator,

    /// <summary>Changes what is trusted and what is configured: tokens, revocations, applying, founding a fleet.</summary>
    [JsonStringEnumMemberName("admin")]
    Admin,
}
