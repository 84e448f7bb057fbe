using GlobalGateway.ControlPlane.Hosting;
using GlobalGateway.ControlPlane.Store;

try
{
    await using var app = ControlPlaneApp.Build(ControlPlaneOptionsFile.Load(args));
    await app.RunAsync();
    return 0;
}
catch (ControlPlaneOptionsException problem)
{
    await Console.Error.WriteLineAsync(problem.Message);
    return 2;
}
catch (StoreException problem)
{
    await Console.Error.WriteLineAsync(problem.Message);
    return 1;
}
catch (IOException problem) when (problem.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
{
    await Console.Error.WriteLineAsync(problem.Message);
    return 1;
}
