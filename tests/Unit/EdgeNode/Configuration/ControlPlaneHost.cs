using GlobalGateway.Contracts.Fleet;
using GlobalGateway.Contracts.Trust;
using GlobalGateway.ControlPlane.Api;
using GlobalGateway.ControlPlane.Hosting;
using GlobalGateway.EdgeNode.Configuration;
using GlobalGateway.EdgeNode.Hosting;
using GlobalGateway.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Configuration;

/// <summary>A control plane in this process on free loopback ports, with its own CA, keys and source folder.</summary>
public sealed class ControlPlaneHost : IAsyncDisposable
{
    public const string Fleet = "test";
    public const string Token = "0123456789abcdef0123456789abcdef";

    public const string RolloutFile = "rollout.yaml";

    /// <summary>A change is tried on one edge and then on the rest, without waiting.</summary>
    public const string QuickRollouts = """
        apiVersion: globalgateway.dev/v1
        kind: Region
        metadata: { name: us-east }
        spec: {}
        ---
        apiVersion: globalgateway.dev/v1
        kind: RolloutPolicy
        metadata: { name: default }
        spec:
          stages:
            - { canary: us-east, bake: 0s }
            - { region: us-east, bake: 0s }
        """;

    private readonly CertificateAuthority _authority;
    private ControlPlaneOptions _options;
    private readonly List<ControlPlaneClient> _clients = [];
    private WebApplication? _app;

    /// <param name="folder">False for a fleet whose source is <c>gg apply</c>.</param>
    public ControlPlaneHost(bool folder = true)
    {
        Root = Directory.CreateTempSubdirectory("gg-plane-").FullName;
        _authority = CertificateAuthority.OpenOrCreate(PathOf("ca"), Fleet);
        _authority.Issue(new FleetIdentity(Fleet, "us-east", FleetRole.ControlPlane, "plane"), PathOf("plane.pem"), PathOf("plane.key"));
        using (var key = SigningKey.OpenOrCreate(PathOf("signing.key")))
        {
            key.WritePublic(PathOf("trust"));
        }

        PrivateFile.Write(PathOf("token"), Token);
        Directory.CreateDirectory(PathOf("source"));
        Save(QuickRollouts, RolloutFile);
        _options = new ControlPlaneOptions
        {
            Fleet = Fleet,
            SourceDirectory = folder ? PathOf("source") : null,
            StateDirectory = PathOf("state"),
            Initialise = true,
            ApiListen = $"http://127.0.0.1:{FreePorts.Next()}",
            FleetListen = $"https://127.0.0.1:{FreePorts.Next()}",
            Certificate = PathOf("plane.pem"),
            CertificateKey = PathOf("plane.key"),
            FleetCa = _authority.CertificatePath,
            SigningKey = PathOf("signing.key"),
            AdminTokenFile = PathOf("token"),
        };
    }

    public string Root { get; }

    public string ApiUrl => _options.ApiListen;

    public string FleetUrl => _options.FleetListen;

    public FleetStatus Status => _app!.Services.GetRequiredService<StatusQueries>().Status();

    public IServiceProvider Services => _app!.Services;

    /// <summary>Every route that the API listener has.</summary>
    public IReadOnlyList<Microsoft.AspNetCore.Http.Endpoint> Endpoints => [.. _app!.Services.GetRequiredService<Microsoft.AspNetCore.Routing.EndpointDataSource>().Endpoints];

    /// <summary>Saves a file of resources.</summary>
    public void Save(string text, string file = "all.yaml") => File.WriteAllText(Path.Combine(PathOf("source"), file), text);

    public async Task StartAsync()
    {
        _app = ControlPlaneApp.Build(_options);
        await _app.StartAsync(TestContext.Current.CancellationToken);
    }

    public async Task StopAsync()
    {
        if (_app is not null)
        {
            // Disposing alone does not wait for the folder watch, which may be writing still.
            await _app.StopAsync(CancellationToken.None);
            await _app.DisposeAsync();
            _app = null;
        }
    }

    /// <summary>Starts again with nothing of what it knew.</summary>
    public void ForgetState() => Directory.Delete(PathOf("state"), recursive: true);

    /// <summary>An edge that follows this control plane, with a certificate of this fleet unless another one is named.</summary>
    public Task<EdgeHost> StartEdgeAsync(string name = "edge-1", FleetIdentity? identity = null, string? trust = null, string? peerListen = null, string[]? peers = null, string? seed = null, Action<IServiceCollection>? services = null, string? controlPlane = null)
    {
        _authority.Issue(identity ?? new FleetIdentity(Fleet, "us-east", FleetRole.Edge, name), PathOf($"{name}.pem"), PathOf($"{name}.key"));
        return EdgeHost.StartAsync(null, options => new EdgeOptions
        {
            Fleet = Fleet,
            Region = "us-east",
            Name = name,
            DataDirectory = PathOf("data", name),
            PublicListen = options.PublicListen,
            ManagementListen = options.ManagementListen,
            ControlPlanes = [controlPlane ?? FleetUrl],
            Certificate = PathOf($"{name}.pem"),
            CertificateKey = PathOf($"{name}.key"),
            FleetCa = _authority.CertificatePath,
            TrustKeys = trust ?? PathOf("trust"),
            PeerListen = peerListen,
            Peers = peers ?? [],
            SeedDirectory = seed,
            DrainDelay = "0s",
        }, services);
    }

    /// <summary>An edge that can be asked by the control plane, once it serves what this one says.</summary>
    public async Task<EdgeHost> StartAskableEdgeAsync(string name, Action<IServiceCollection>? services = null)
    {
        var edge = await StartEdgeAsync(name, peerListen: $"https://127.0.0.1:{FreePorts.Next()}", services: services);
        await Eventually.HoldsAsync(() => Status.Edges.Any(known => known.Name == name && known.State == "ack"));
        return edge;
    }

    /// <summary>An edge's end of the stream, for a test that speaks as an edge of another version.</summary>
    public async Task<FleetSocket> ConnectAsync(string name)
    {
        _authority.Issue(new FleetIdentity(Fleet, "us-east", FleetRole.Edge, name), PathOf($"{name}.pem"), PathOf($"{name}.key"));
        var client = new ControlPlaneClient(new EdgeOptions
        {
            Fleet = Fleet, Region = "us-east", Name = name, DataDirectory = PathOf("data", name), PublicListen = [], ManagementListen = "", Certificate = PathOf($"{name}.pem"), CertificateKey = PathOf($"{name}.key"), FleetCa = _authority.CertificatePath,
        });
        _clients.Add(client);
        return await client.ConnectAsync(new Uri(FleetUrl), TestContext.Current.CancellationToken);
    }

    public string PathOf(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _clients.ForEach(client => client.Dispose());
        _authority.Dispose();
        Directory.Delete(Root, recursive: true);
    }
}
