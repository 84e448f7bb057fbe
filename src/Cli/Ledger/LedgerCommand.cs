using System.CommandLine;
using GlobalGateway.Cli.CommandLine;

namespace GlobalGateway.Cli.Ledger;

/// <summary><c>gg ledger</c>: whether the servers that budgets rest on are fit for it, and the tables they need.</summary>
internal static class LedgerCommand
{
    public static Command Create() => new GgCommand("ledger", "Checks the servers that hold budgets, and creates the ledger's tables in Cassandra.",
        "gg ledger check", "gg ledger migrate --replication us-east=3,eu-west=3,ap-south=3 --config /etc/globalgateway/edge.json")
    {
        Check(),
        Migrate(),
    };

    private static GgCommand Check()
    {
        var state = new StateOption();
        var config = ConfigOption();
        var output = new OutputOption();
        var command = new GgCommand("check", "Runs every check that an edge makes of its servers at its start, and says what to do about what fails; exit code 0 when none does.",
            "gg ledger check", "gg ledger check --config /etc/globalgateway/edge.json --output json") { state, config, output };
        command.SetAction((call, cancellation) => LedgerRun.CheckAsync(EdgeSettings.Of(call.GetValue(config), state.DirectoryOf(call)), output.IsJson(call), cancellation));
        return command;
    }

    private static GgCommand Migrate()
    {
        var state = new StateOption();
        var config = ConfigOption();
        var replication = new Option<string?>("--replication")
        {
            Description = "Replicas in each data centre, for a keyspace that is not there yet; an existing one keeps what it has.",
            HelpName = "DATACENTRE=FACTOR,…",
        };
        var command = new GgCommand("migrate", "Creates what of the ledger's keyspace and tables is not there yet; safe to repeat and to run twice at once.",
            "gg ledger migrate", "gg ledger migrate --replication us-east=3,eu-west=3,ap-south=3 --config /etc/globalgateway/edge.json") { state, config, replication };
        // One edge's settings are enough: the tables are the same for all.
        command.SetAction((call, cancellation) => LedgerRun.MigrateAsync(EdgeSettings.Of(call.GetValue(config), state.DirectoryOf(call))[0], call.GetValue(replication), cancellation));
        return command;
    }

    private static Option<string?> ConfigOption() => new("--config")
    {
        Description = "The settings file of an edge. [default: those of every edge of the fleet that is up]",
        HelpName = "FILE",
    };
}
