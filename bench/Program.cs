using GlobalGateway.Bench;
using GlobalGateway.Bench.Quota;
using GlobalGateway.Bench.Targets;
using GlobalGateway.Bench.Upstream;

return args switch
{
    // Processes of the measurement itself, each apart from the generator.
    ["upstream", "--listen", { } listen] => await FixedUpstream.RunAsync(listen),
    ["yarp-proxy", "--listen", { } listen, "--upstream", { } upstream] => await YarpProxy.RunAsync(listen, upstream),
    ["journal-writer", "--directory", { } directory] => JournalWriter.Run(directory),
    _ => await BenchRun.RunAsync(args),
};
