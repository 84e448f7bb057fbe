using GlobalGateway.ProviderSimulator.Hosting;

if (args is ["--help"] or ["-h"])
{
    Console.WriteLine(SimulatorCommandLine.Usage);
    return 0;
}
var (options, errors) = SimulatorCommandLine.Parse(args);
if (options is null)
{
    foreach (var error in errors)
    {
        Console.Error.WriteLine($"✗ {error}");
    }
    return 2;
}
try
{
    await using var app = SimulatorApp.Build(options);
    await app.StartAsync();
    Console.WriteLine($"provider simulator listening on {string.Join(", ", app.Urls)}");
    await app.WaitForShutdownAsync();
    return 0;
}
catch (IOException taken)
{
    Console.Error.WriteLine($"✗ provider simulator cannot listen: {taken.Message}");
    return 1;
}
