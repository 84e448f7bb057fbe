using GlobalGateway.LocalFleet.Cassandra;

namespace GlobalGateway.Cli.Test;

/// <summary>
/// Every suite, in the order in which they run. A run of all that run unnamed takes less than 30 minutes on two processors; the limits are for what
/// hangs, and leave a machine that does much else its time.
/// </summary>
internal static class Suites
{
    private static readonly DebianPackage Redis = new("redis-server", "redis-server");
    private static readonly DebianPackage Git = new("git", "git");
    private static readonly DebianPackage SshKeygen = new("ssh-keygen", "openssh-client");
    private static readonly DebianPackage Etcd = new("etcd", "etcd-server");
    private static readonly DebianPackage EtcdControl = new("etcdctl", "etcd-client");
    private static readonly DebianPackage Node = new("node", "nodejs");
    private static readonly DebianPackage Npm = new("npm", "npm");
    private static readonly DebianPackage Java = new(() => CassandraHome.FindJava() is not null, "openjdk-17-jre-headless");
    private static readonly DebianPackage Nft = new("nft", "nftables");
    private static readonly DebianPackage PythonCassandra = new(() => Directory.Exists("/usr/lib/python3/dist-packages/cassandra"), "python3-cassandra");

    public static IReadOnlyList<Suite> All { get; } =
    [
        new("unit", "one part at a time, nothing outside the process", TimeSpan.FromMinutes(5),
            [new XunitProject("tests/Unit"), new NodePackage("infra/pulumi")], Node, Npm),
        new("contract", "each part against the real server it talks to", TimeSpan.FromMinutes(8),
            [new XunitProject("tests/Contract")], Redis, Java, Git, SshKeygen),
        new("e2e", "a whole fleet and real client libraries", TimeSpan.FromMinutes(6),
            [new XunitProject("tests/EndToEnd")], Redis, Node, Npm),
        new("fuzz", "mutated requests and configuration", TimeSpan.FromMinutes(5),
            [new XunitProject("tests/Fuzz")]),
        new("dialects", "every client library to every provider", TimeSpan.FromMinutes(3),
            [new XunitProject("tests/Dialects")], Node, Npm),
        new("faults", "every fault at every position, and what clients make of it", TimeSpan.FromMinutes(8),
            [new XunitProject("tests/Faults")], Node, Npm),
        new("ledger", "budgets across regions: simulated histories, and fleets whose edges are killed", TimeSpan.FromMinutes(8),
            [new XunitProject("tests/Ledger")]),
        new("config", "configuration on its way to every edge: from Git, through gates, over a lost store and a killed leader", TimeSpan.FromMinutes(15),
            [
                new XunitProject("tests/Config"), new XunitProject("tests/Contract", XunitProject.Config), new XunitProject("tests/Fuzz", XunitProject.Config),
                new XunitProject("tests/Unit", XunitProject.Config),
            ], Git, Etcd, EtcdControl),
        new("stores", "budgets across regions on real Redis and Cassandra, and what happens when these fail", TimeSpan.FromMinutes(10),
            [new XunitProject("tests/Stores")], Redis, Java, Nft, PythonCassandra),
        new("contract-campaign", "what Cassandra does where replicas and data centres are three, and one fails", TimeSpan.FromMinutes(5),
            [new XunitProject("tests/Contract", XunitProject.Campaign)], Java) { OnlyNamed = true },
        new("stores-campaign", "stores for as long as a Cassandra that is down, or a Redis that hangs or is failed over, needs", TimeSpan.FromMinutes(8),
            [new XunitProject("tests/Stores", XunitProject.Campaign)], Redis, Java, Nft, PythonCassandra) { OnlyNamed = true },
    ];
}
