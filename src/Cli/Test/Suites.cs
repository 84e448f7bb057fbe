namespace GlobalGateway.Cli.Test;

/// <summary>Every suite, in the order in which all of them run; the limits add up to less than 30 minutes.</summary>
internal static class Suites
{
    private static readonly DebianPackage Redis = new("redis-server", "redis-server");
    private static readonly DebianPackage Node = new("node", "nodejs");
    private static readonly DebianPackage Npm = new("npm", "npm");

    public static IReadOnlyList<Suite> All { get; } =
    [
        new("unit", "one part at a time, nothing outside the process", TimeSpan.FromMinutes(4),
            [new XunitProject("tests/Unit"), new NodePackage("infra/pulumi")], Node, Npm),
        new("contract", "each part against the real server it talks to", TimeSpan.FromMinutes(3),
            [new XunitProject("tests/Contract")], Redis),
        new("e2e", "a whole fleet and real client libraries", TimeSpan.FromMinutes(6),
            [new XunitProject("tests/EndToEnd")], Redis, Node, Npm),
        new("fuzz", "mutated requests and configuration", TimeSpan.FromMinutes(3),
            [new XunitProject("tests/Fuzz")]),
        new("dialects", "every client library to every provider", TimeSpan.FromMinutes(2),
            [new XunitProject("tests/Dialects")], Node, Npm),
        new("faults", "every fault at every position, and what clients make of it", TimeSpan.FromMinutes(6),
            [new XunitProject("tests/Faults")], Node, Npm),
        new("ledger", "budgets across regions: simulated histories, and fleets whose edges are killed", TimeSpan.FromMinutes(5),
            [new XunitProject("tests/Ledger")]),
    ];
}
