namespace GlobalGateway.Cli.Test;

/// <summary>Tests that are run under one name: what they need, and how long they may take.</summary>
internal sealed record Suite(string Name, string Summary, TimeSpan Limit, IReadOnlyList<ITestPart> Parts, params IReadOnlyList<DebianPackage> Needs)
{
    /// <summary>Runs only when it is named.</summary>
    public bool OnlyNamed { get; init; }
}
