using GlobalGateway.Contract.ConfigStore;
using GlobalGateway.Contract.Ledger;
using Xunit.Runner.InProc.SystemConsole;

// Tests that need other processes start this program again, as a worker.
return args switch
{
    [LedgerWorker.Name, .. var rest] => await LedgerWorker.RunAsync(rest),
    [ElectionWorker.Name, .. var rest] => await ElectionWorker.RunAsync(rest),
    _ => await ConsoleRunner.Run(args),
};
