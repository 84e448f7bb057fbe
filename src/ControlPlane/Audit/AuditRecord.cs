using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace GlobalGateway.ControlPlane.Audit;

/// <summary>One change that somebody or something made, as it is kept for good; it never holds a secret.</summary>
/// <param name="At">By the clock of the control plane that made it.</param>
/// <param name="Who">The name of the API token, or the part of the control plane, such as <c>rollout engine</c>.</param>
/// <param name="Action">Such as <c>rollout.abort</c> or <c>token.create</c>.</param>
/// <param name="Subject">What was changed, such as <c>rollouts/81d07be</c>.</param>
/// <param name="Before">The subject before; absent where there was none.</param>
/// <param name="After">The subject after; absent where it is gone.</param>
/// <param name="Reason">Why, where somebody or something said so.</param>
public sealed record AuditRecord(
    DateTimeOffset At, string Who, string Action, string Subject, JsonNode? Before = null, JsonNode? After = null, string? Reason = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AuditRecord))]
internal sealed partial class AuditJsonContext : JsonSerializerContext;
