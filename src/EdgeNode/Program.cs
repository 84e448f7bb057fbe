using GlobalGateway.EdgeNode.Hosting;
using GlobalGateway.EdgeNode.Quota;
using GlobalGateway.Replication.Embedded;
using GlobalGateway.Replication.Journal;
using GlobalGateway.Replication.Ledger;

try
{
    if (await LedgerVerb.RunAsync(args, Console.Out, Console.Error) is { } code)
    {
        return code;
    }

    var app = EdgeApp.Build(EdgeOptionsFile.Load(args));
    await app.RunAsync();
    return 0;
}
catch (EdgeOptionsException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 2;
}
catch (Exception e) when (e is LedgerRefusedException or JournalOpenException or JournalFailedException or LedgerFolderException or LedgerCorruptException
    or IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException })
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
