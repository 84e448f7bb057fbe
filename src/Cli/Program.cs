using GlobalGateway.Cli.CommandLine;
using GlobalGateway.Cli.Test;

return await new GgCommandLine(
    "GlobalGateway: a gateway for AI APIs in several regions, on this machine with one command.",
    TestCommand.Create()).RunAsync(args);
