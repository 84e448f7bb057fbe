using GlobalGateway.Contracts.Resources;

namespace GlobalGateway.EdgeNode.Snapshots;

/// <summary>A guardrail's expression and what trying it has shown.</summary>
public sealed class TriedPattern(string text)
{
    private readonly (GuardrailPattern? Pattern, string? Problem) _tried = GuardrailPattern.Create(text);

    public GuardrailPattern? Pattern => _tried.Pattern;

    /// <summary>Why it cannot be used.</summary>
    public string? Problem => _tried.Problem;
}
