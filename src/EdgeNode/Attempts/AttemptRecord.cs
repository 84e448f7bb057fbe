namespace GlobalGateway.EdgeNode.Attempts;

/// <summary>One line of a request's history: which target, how it ended, after how long.</summary>
public readonly record struct AttemptRecord(string Target, AttemptOutcome Outcome, TimeSpan Took);
