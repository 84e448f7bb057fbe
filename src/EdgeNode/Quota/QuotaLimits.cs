namespace GlobalGateway.EdgeNode.Quota;

/// <summary>Sizes of what a request sets aside.</summary>
public static class QuotaLimits
{
    /// <summary>Written upstream for a budgeted client that states no limit, where the target declares no <c>maxOutput</c>: what every model takes.</summary>
    public const long OutputTokensDefault = 4_096;

    /// <summary>The same for a target that thinks before it answers.</summary>
    public const long ReasoningOutputTokensDefault = 16_384;

    /// <summary>Output that a stream begins with rights for, and the least it is topped up by; later steps are as large as all before.</summary>
    public const long StepTokens = 1_024;

    /// <summary>The last step that is tried when a whole one is not to be had.</summary>
    public const long LastStepTokens = 256;

    /// <summary>A stream is topped up when it has rights for fewer tokens than this.</summary>
    public const long AheadTokens = 512;

    /// <summary>How often a wish is cut to what its budgets afford before it is refused: others spend meanwhile.</summary>
    public const int ClampsMax = 2;

    /// <summary>Budgets shown by name in the metrics: those with the largest share used.</summary>
    public const int BudgetsShownMax = 50;
}
