using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using GlobalGateway.Contracts.Fleet;
using GlobalGateway.Contracts.Trust;
using GlobalGateway.LocalFleet;
using GlobalGateway.LocalFleet.Planning;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace GlobalGateway.Config.BadBundles;

/// <summary>In the place of the fleet's control plane, with its certificate: tells every edge that comes one thing, and keeps what it answers.</summary>
internal sealed class HostilePlane : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<FleetIdentity, FleetMessage> _tell;

    private HostilePlane(Fleet fleet, Func<FleetIdentity, FleetMessage> tell)
    {
        _tell = tell;
        var tls = Path.Combine(new FleetPaths(fleet.Options.StateDirectory).ControlPlane, "tls");
        var certificate = new ReloadedCertificate(Path.Combine(tls, "tls.pem"), Path.Combine(tls, "tls.key"));
        var trust = new FleetTrust(Path.Combine(tls, "ca.pem"), FleetOptions.FleetName);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, fleet.Options.Ports.Fleet, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.UseHttps(new TlsHandshakeCallbackOptions
            {
                OnConnection = context => ValueTask.FromResult(new SslServerAuthenticationOptions
                {
                    ServerCertificate = certificate.Current,
                    ClientCertificateRequired = true,
                    EnabledSslProtocols = SslProtocols.Tls13,
                    RemoteCertificateValidationCallback = (_, peer, _, _) => trust.TryIdentify(peer, out _),
                }),
            });
        }));
        _app = builder.Build();
        _app.UseWebSockets();
        _app.Run(AnswerAsync);
    }

    /// <summary>By the edge's name in its certificate, such as <c>us-east/edge-1</c>.</summary>
    public ConcurrentDictionary<string, EdgeNack> Refusals { get; } = new(StringComparer.Ordinal);

    /// <summary>Edges that took what they were told.</summary>
    public ConcurrentQueue<string> Taken { get; } = new();

    public static async Task<HostilePlane> StartAsync(Fleet fleet, Func<FleetIdentity, FleetMessage> tell)
    {
        var plane = new HostilePlane(fleet, tell);
        await plane._app.StartAsync();
        return plane;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _app.DisposeAsync();
        _stop.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest || !FleetIdentity.TryRead(context.Connection.ClientCertificate!, out var identity))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        using var socket = new FleetSocket(await context.WebSockets.AcceptWebSocketAsync());
        try
        {
            await socket.SendAsync(new PlaneHeartbeat(1, 0), _stop.Token);
            await socket.SendAsync(_tell(identity), _stop.Token);
            while (await socket.ReceiveAsync(_stop.Token) is { } message)
            {
                var edge = $"{identity.Region}/{identity.Name}";
                switch (message)
                {
                    case EdgeNack nack:
                        Refusals[edge] = nack;
                        break;
                    case EdgeAck:
                        Taken.Enqueue(edge);
                        break;
                }
            }
        }
        catch (Exception problem) when (problem is FleetSocketException or OperationCanceledException)
        {
            // Either side has gone; what was answered is kept.
        }
    }
}
