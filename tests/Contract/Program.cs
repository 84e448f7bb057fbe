using GlobalGateway.Contract.Ledger;
using Xunit.Runner.InProc.SystemConsole;

// Tests that need other processes start this program again, as a worker.
return args is [LedgerWorker.Name, .. var rest] ? await LedgerWorker.RunAsync(rest) : await ConsoleRunner.Run(args);
