using System.Net;
using GlobalGateway.ProviderSimulator.Admin;
using GlobalGateway.ProviderSimulator.Answers;
using GlobalGateway.ProviderSimulator.Catalogue;
using GlobalGateway.ProviderSimulator.Faults;
using GlobalGateway.ProviderSimulator.Latency;
using GlobalGateway.ProviderSimulator.Recording;
using GlobalGateway.ProviderSimulator.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace GlobalGateway.ProviderSimulator.Hosting;

/// <summary>Builds a simulator; a process runs one, tests run as many as they like on port 0.</summary>
public static class SimulatorApp
{
    public static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(2);

    public static WebApplication Build(SimulatorOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Errors() is { Count: > 0 } errors)
        {
            throw new ArgumentException(string.Join("; ", errors), nameof(options));
        }
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = typeof(SimulatorApp).Assembly.GetName().Name });
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = ShutdownTimeout);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => Configure(kestrel, options));
        var app = builder.Build();

        var faults = new FaultBook();
        var latency = new LatencyBook(options.Latency);
        var recorder = new RequestRecorder(options.RecordedRequests);
        var catalogue = new ModelCatalogue(options.Models);
        var exchange = new ApiExchange(options, Vendors.Routes(catalogue), new AnswerCache(), faults, latency, recorder);
        var admin = new AdminApi(options.AdminToken, faults, latency, recorder, catalogue);
        app.Run(context => context.Request.Path.Value switch
        {
            "/health/live" => LiveAsync(context),
            { } path when path.StartsWith("/admin/", StringComparison.Ordinal) => admin.InvokeAsync(context),
            _ => exchange.InvokeAsync(context),
        });
        return app;
    }

    private static void Configure(KestrelServerOptions kestrel, SimulatorOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.AllowSynchronousIO = false;
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Limits.KeepAliveTimeout = options.KeepAliveTimeout;
        foreach (var (url, isHttp2) in options.Listen.Select(static url => (url, false)).Concat(options.ListenHttp2.Select(static url => (url, true))))
        {
            var uri = new Uri(url);
            var address = IPAddress.TryParse(uri.Host.Trim('[', ']'), out var parsed) ? parsed : IPAddress.Loopback;
            kestrel.Listen(address, uri.Port, listen =>
            {
                listen.Protocols = isHttp2 ? HttpProtocols.Http2 : uri.Scheme == "https" ? HttpProtocols.Http1AndHttp2 : HttpProtocols.Http1;
                listen.Use(static next => connection => ConnectionGate.Run(connection, next));
                if (uri.Scheme == "https")
                {
                    listen.UseHttps(System.Security.Cryptography.X509Certificates.X509Certificate2.CreateFromPemFile(options.Certificate!, options.CertificateKey));
                }
            });
        }
    }

    private static Task LiveAsync(HttpContext context)
    {
        context.Response.ContentType = "text/plain";
        return context.Response.WriteAsync("ok\n");
    }
}
