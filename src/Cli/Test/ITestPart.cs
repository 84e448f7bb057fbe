namespace GlobalGateway.Cli.Test;

/// <summary>Tests of one kind of runner within a suite.</summary>
internal interface ITestPart
{
    /// <summary>Builds or installs what the tests need; false when that failed, said in <paramref name="say"/>.</summary>
    Task<bool> PrepareAsync(Action<string> say, CancellationToken cancellation);

    Task<TestCounts> RunAsync(string? classFilter, Action<string> say, CancellationToken cancellation);
}
