using GlobalGateway.Cli.Apply;
using GlobalGateway.Cli.Audit;
using GlobalGateway.Cli.Bench;
using GlobalGateway.Cli.Budgets;
using GlobalGateway.Cli.CommandLine;
using GlobalGateway.Cli.Down;
using GlobalGateway.Cli.Drill;
using GlobalGateway.Cli.FleetStore;
using GlobalGateway.Cli.Keys;
using GlobalGateway.Cli.Ledger;
using GlobalGateway.Cli.Plan;
using GlobalGateway.Cli.Request;
using GlobalGateway.Cli.Rollouts;
using GlobalGateway.Cli.Sim;
using GlobalGateway.Cli.Source;
using GlobalGateway.Cli.Spec;
using GlobalGateway.Cli.Status;
using GlobalGateway.Cli.Test;
using GlobalGateway.Cli.Tokens;
using GlobalGateway.Cli.Trust;
using GlobalGateway.Cli.Up;
using GlobalGateway.Cli.Usage;
using GlobalGateway.Cli.Validate;

return await new GgCommandLine(
    "GlobalGateway: a gateway for AI APIs in several regions, on this machine with one command.",
    UpCommand.Create(),
    DownCommand.Create(),
    StatusCommand.Create(),
    RequestCommand.Create(),
    PlanCommand.Create(),
    ApplyCommand.Create(),
    RolloutCommand.Create(),
    RollbackCommand.Create(),
    EdgesCommand.Create(),
    FleetCommand.Create(),
    SourceCommand.Create(),
    KeysCommand.Create(),
    TokenCommand.Create(),
    TrustCommand.Create(),
    AuditCommand.Create(),
    UsageCommand.Create(),
    BudgetCommand.Create(),
    LedgerCommand.Create(),
    ValidateCommand.Create(),
    TestCommand.Create(),
    BenchCommand.Create(),
    SpecCommand.Create(),
    SimCommand.Create(),
    DrillCommand.Create()).RunAsync(args);
