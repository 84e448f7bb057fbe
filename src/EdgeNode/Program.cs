using GlobalGateway.EdgeNode.Hosting;
using GlobalGateway.Replication.Embedded;
using GlobalGateway.Replication.Journal;
using GlobalGateway.Replication.Ledger;

try
{
    var app = EdgeApp.Build(EdgeOptionsFile.Load(args));
    await app.RunAsync();
    return 0;
}
catch (EdgeOptionsException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 2;
}
catch (Exception e) when (e is JournalOpenException or JournalFailedException or LedgerFolderException or LedgerCorruptException
    or IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException })
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
