namespace GlobalGateway.EdgeNode.Attempts;

/// <summary>What the rest of the gateway asks of an outcome.</summary>
public static class AttemptOutcomes
{
    private static readonly string[] Names = Array.ConvertAll(Enum.GetNames<AttemptOutcome>(), SnakeCase);

    /// <summary>The target is at fault: counted alike by breaker, cooldown and routing.</summary>
    public static bool IsFault(this AttemptOutcome outcome) => outcome is
        AttemptOutcome.ServerError or AttemptOutcome.ConnectFailed or AttemptOutcome.Disconnected or AttemptOutcome.TimeoutConnect
        or AttemptOutcome.TimeoutFirstToken or AttemptOutcome.TimeoutInterToken or AttemptOutcome.TimeoutTotal or AttemptOutcome.Cut
        or AttemptOutcome.ErrorEvent or AttemptOutcome.BadBody or AttemptOutcome.TooLarge;

    /// <summary>The same target may be asked once more.</summary>
    public static bool MayRepeat(this AttemptOutcome outcome) => outcome is
        AttemptOutcome.ServerError or AttemptOutcome.ConnectFailed or AttemptOutcome.Disconnected or AttemptOutcome.TimeoutConnect
        or AttemptOutcome.Cut or AttemptOutcome.ErrorEvent or AttemptOutcome.BadBody or AttemptOutcome.EmptyAnswer;

    /// <summary>The answer the target gave is the client's to see when no other target does better.</summary>
    public static bool IsClients(this AttemptOutcome outcome) => outcome is
        AttemptOutcome.ClientError or AttemptOutcome.ContextTooLong or AttemptOutcome.ContentFiltered;

    public static bool IsTimeout(this AttemptOutcome outcome) => outcome is
        AttemptOutcome.TimeoutConnect or AttemptOutcome.TimeoutFirstToken or AttemptOutcome.TimeoutInterToken or AttemptOutcome.TimeoutTotal
        or AttemptOutcome.ClientDeadline;

    /// <summary>The call was ended by this side before the target had shown whether it is well.</summary>
    public static bool SaysNothing(this AttemptOutcome outcome) => outcome is
        AttemptOutcome.ClientGone or AttemptOutcome.ClientDeadline or AttemptOutcome.Superseded;

    /// <summary>The word in logs and metrics.</summary>
    public static string Name(this AttemptOutcome outcome) => Names[(int)outcome];

    private static string SnakeCase(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) && i > 0 ? $"_{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));
}
