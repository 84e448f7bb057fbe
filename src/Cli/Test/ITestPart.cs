namespace GlobalGateway.Cli.Test;

/// <summary>Tests of one kind of runner within a suite.</summary>
internal interface ITestPart
{
    /// <summary>What is to be built before; absent where nothing is.</summary>
    string? Project { get; }

    /// <summary>Installs what the tests need; false when that failed, said in <paramref name="say"/>.</summary>
    Task<bool> PrepareAsync(Action<string> say, CancellationToken cancellation);

    Task<TestResults> RunAsync(string? classFilter, Action<string> say, CancellationToken cancellation);
}
