using System.Text.Json.Serialization;
using GlobalGateway.Contracts.Values;

namespace GlobalGateway.Contracts.Resources;

/// <summary>What prompts and answers of somebody's traffic are checked for.</summary>
public sealed record Guardrail : Resource
{
    public required AppliesTo AppliesTo { get; init; }

    /// <summary>.NET regular expressions (non-backtracking) that must not match.</summary>
    public IReadOnlyList<string> Deny { get; init; } = [];

    /// <summary>Largest prompt in bytes; 0 means no limit.</summary>
    public long MaxPromptBytes { get; init; }

    public GuardrailAction Action { get; init; } = GuardrailAction.Block;
}

[JsonConverter(typeof(CamelCaseEnumConverter<GuardrailAction>))]
public enum GuardrailAction
{
    Block,
    Log,
}
