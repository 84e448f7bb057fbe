using GlobalGateway.Contracts.Trust;
using GlobalGateway.ControlPlane.Api;
using GlobalGateway.ControlPlane.Bundles;
using GlobalGateway.ControlPlane.Distribution;
using GlobalGateway.ControlPlane.Logging;
using GlobalGateway.ControlPlane.Revocations;
using GlobalGateway.ControlPlane.Rollouts;
using GlobalGateway.ControlPlane.Sources;
using GlobalGateway.ControlPlane.Store.Leadership;
using GlobalGateway.ControlPlane.Store;
using GlobalGateway.ControlPlane.Trust;
using GlobalGateway.ControlPlane.Usage;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Console;

namespace GlobalGateway.ControlPlane.Hosting;

/// <summary>Puts a control plane together: store, compiler, source, and what its two listeners answer.</summary>
public static class ControlPlaneApp
{
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(5);

    /// <exception cref="StoreException">The store cannot be used.</exception>
    public static WebApplication Build(ControlPlaneOptions options)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseControlPlaneListeners(options);
        builder.Logging.AddConsole(console => console.FormatterName = JsonLineFormatter.FormatterName)
            .AddConsoleFormatter<JsonLineFormatter, ConsoleFormatterOptions>();
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services
            .AddSingleton(options)
            .AddSingleton(_ => SigningKey.Open(options.SigningKey))
            .AddSingleton(new AdminToken(options.AdminTokenFile))
            .AddStore(options)
            .AddSingleton<BundleShelf>()
            .AddSingleton<EdgeClient>()
            .AddSingleton<BundleRecovery>()
            .AddSingleton<UsageQueries>()
            .AddDistribution()
            .AddRevocations()
            .AddResigning()
            .AddRollouts(options.Failpoint)
            .AddSource(options)
            .AddApi();

        var app = builder.Build();
        _ = app.Services.GetRequiredService<IKeyValueStore>();
        var fleetPort = ControlPlaneListeners.EndPointOf(options.FleetListen).Port;
        var fleet = app.Services.GetRequiredService<FleetEndpoints>();
        app.MapWhen(context => context.Connection.LocalPort == fleetPort, branch =>
        {
            branch.UseWebSockets();
            branch.Run(fleet.HandleAsync);
        });
        app.UseApi();
        return app;
    }
}
