using GlobalGateway.Contracts.Trust;
using GlobalGateway.EdgeNode.Admission;
using GlobalGateway.EdgeNode.Attempts;
using GlobalGateway.EdgeNode.Configuration;
using GlobalGateway.EdgeNode.Dialects;
using GlobalGateway.EdgeNode.Draining;
using GlobalGateway.EdgeNode.Health;
using GlobalGateway.EdgeNode.Jwt;
using GlobalGateway.EdgeNode.Limits;
using GlobalGateway.EdgeNode.Models;
using GlobalGateway.EdgeNode.Peers;
using GlobalGateway.EdgeNode.Probing;
using GlobalGateway.EdgeNode.Quota;
using GlobalGateway.EdgeNode.ResponseState;
using GlobalGateway.EdgeNode.Revocations;
using GlobalGateway.EdgeNode.RemoteFiles;
using GlobalGateway.EdgeNode.Routes;
using GlobalGateway.EdgeNode.Routing;
using GlobalGateway.EdgeNode.Snapshots;
using GlobalGateway.EdgeNode.Telemetry;
using GlobalGateway.EdgeNode.Tenancy;
using GlobalGateway.EdgeNode.TokenCounting;
using GlobalGateway.EdgeNode.Upstreams;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace GlobalGateway.EdgeNode.Hosting;

/// <summary>Puts an edge together: its services, and the stages of a request in their order.</summary>
public static class EdgeApp
{
    /// <param name="configure">Adds or replaces services before the edge is built.</param>
    public static WebApplication Build(EdgeOptions options, Action<WebApplicationBuilder>? configure = null)
    {
        var errors = new List<string>();
        var timings = EdgeTimings.Parse(options, errors);
        if (errors.Count > 0)
        {
            throw new EdgeOptionsException(string.Join(Environment.NewLine, errors));
        }

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseEdgeListeners(options);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        // The hosting layer starts an activity per request while it could log one; traces are carried by TraceContext.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        builder.Logging.AddFilter("Yarp", LogLevel.Error);
        builder.Services
            .AddSingleton(options)
            .AddSingleton(timings)
            .AddSingleton(new AdminToken(options.AdminTokenFile))
            .AddSingleton<SnapshotBuilder>()
            .AddSingleton<SnapshotStore>()
            .AddTelemetry(options)
            .AddUpstreams()
            .AddTargetRouting()
            .AddAdmission()
            .AddRedis(options)
            .AddLimits(options)
            .AddQuota()
            .AddLedger(options)
            .AddResponseState(options)
            .AddHealth()
            .AddRevocations()
            .AddJwt()
            .AddProbing()
            .AddConfiguration()
            .AddDraining()
            .AddHttpForwarder();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.TryAddSingleton<RemoteFileFetcher>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = timings.DrainTimeout);
        configure?.Invoke(builder);

        var app = builder.Build();
        if (options.PeerListen is { } peers)
        {
            app.MapPeers(new Uri(peers).Port);
        }

        app.UseMiddleware<HealthMiddleware>();
        app.UseMiddleware<TelemetryMiddleware>();
        app.UseMiddleware<DrainMiddleware>();
        app.UseMiddleware<DialectMiddleware>();
        app.UseMiddleware<TenancyMiddleware>();
        app.UseMiddleware<LimitsMiddleware>();
        app.UseMiddleware<AdmissionMiddleware>();
        app.UseMiddleware<ModelsMiddleware>();
        app.UseMiddleware<StoredResponsesMiddleware>();
        app.UseMiddleware<RoutesMiddleware>();
        app.UseMiddleware<BodyMiddleware>();
        app.UseMiddleware<BodyLimitsMiddleware>();
        app.UseMiddleware<ResponseStateMiddleware>();
        app.UseMiddleware<RoutingMiddleware>();
        app.UseMiddleware<TokenCountMiddleware>();
        app.UseMiddleware<RemoteFilesMiddleware>();
        app.UseMiddleware<AttemptsMiddleware>();
        app.MapSelfProbe();
        return app;
    }
}
