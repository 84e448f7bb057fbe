namespace GlobalGateway.EdgeNode.Translation;

/// <summary>Maps an effort word to a thinking budget and back: an approximation, since no vendor states one.</summary>
internal static class ReasoningEffort
{
    private const long Low = 2_048;
    private const long Medium = 8_192;
    private const long High = 24_576;

    /// <summary>Tokens for a word; 0 for no thinking.</summary>
    public static long Budget(string effort) => effort switch
    {
        "none" => 0,
        "minimal" => 1_024,
        "low" => Low,
        "high" or "xhigh" or "max" => High,
        _ => Medium,
    };

    /// <summary>The client's own word where it is one of OpenAI's, else the one nearest to it.</summary>
    public static string Word(Neutral.Reasoning reasoning) =>
        reasoning.Effort is "none" or "minimal" or "low" or "medium" or "high" or "xhigh" ? reasoning.Effort : OfBudget(reasoning.BudgetTokens ?? Budget(reasoning.Effort!));

    public static string OfBudget(long tokens) => tokens switch
    {
        <= 0 => "none",
        <= Low => "low",
        <= Medium => "medium",
        _ => "high",
    };
}
