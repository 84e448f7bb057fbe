using GlobalGateway.EdgeNode.Hosting;

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
catch (IOException e) when (e.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
