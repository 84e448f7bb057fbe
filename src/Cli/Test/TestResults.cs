namespace GlobalGateway.Cli.Test;

/// <summary>What tests came to: how many, and which of them failed.</summary>
internal sealed record TestResults(TestCounts Counts, IReadOnlyList<FailedTest> Failures)
{
    public static TestResults None { get; } = new(default, []);

    /// <summary>One failure that no runner reported.</summary>
    public static TestResults Failure(string name, string message) => new(TestCounts.OneFailure, [FailedTest.Of(name, message, where: null)]);

    public static TestResults operator +(TestResults a, TestResults b) => new(a.Counts + b.Counts, [.. a.Failures, .. b.Failures]);
}
