using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Fleet;
using GlobalGateway.Contracts.Trust;
using GlobalGateway.EdgeNode.Configuration;
using GlobalGateway.EdgeNode.Revocations;
using GlobalGateway.Testing;
using GlobalGateway.Unit.EdgeNode.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;
using static GlobalGateway.Unit.EdgeNode.Configuration.ConfigStreamTests;

namespace GlobalGateway.Unit.EdgeNode.Peers;

/// <summary>Edges with an empty disk, with the control plane gone.</summary>
public sealed class ColdStartTests : IAsyncDisposable
{
    private readonly ControlPlaneHost _plane = new();
    private readonly string _peerUrl = $"https://127.0.0.1:{FreePorts.Next()}";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _plane.DisposeAsync();

    [Fact]
    public async Task Edge_WithAnEmptyDiskAndNoControlPlane_ServesFromItsNeighbour()
    {
        await using var first = await StartFirstAsync();
        await using var second = await _plane.StartEdgeAsync("edge-2", peers: ["https://127.0.0.1:9", _peerUrl]);
        await UntilServesAsync(second);

        StatusOf(second).Served.ShouldBe(StatusOf(first).Served);
    }

    [Fact]
    public async Task Edge_FromItsNeighbour_RefusesWhatIsRevokedThere()
    {
        await using var first = await StartFirstAsync();
        using var key = SigningKey.Open(_plane.PathOf("signing.key"));
        var list = SignedDocument.Sign(key, SignedType.Revocations, ControlPlaneHost.Fleet, BundleFormat.WholeFleet, 4, JsonSerializer.SerializeToUtf8Bytes(
            new RevocationList { Keys = [EdgeHost.Sha256(EdgeHost.Key)] }, BundleJsonContext.Default.RevocationList));
        first.Services.GetRequiredService<RevocationLane>().Take(list).ShouldBeNull();

        await using var second = await _plane.StartEdgeAsync("edge-2", peers: [_peerUrl]);
        await UntilServesAsync(second);

        second.Services.GetRequiredService<RevocationLane>().Sequence.ShouldBe(4);
        (await second.Client.GetAsync("/v1/models", Cancel)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Edge_WithASeedFolder_ServesFromItAndNeverGoesBackToIt()
    {
        await (await StartFirstAsync()).DisposeAsync();
        Folders.Copy(_plane.PathOf("data", "edge-1", "config"), _plane.PathOf("seed"));

        await using (var second = await _plane.StartEdgeAsync("edge-2", seed: _plane.PathOf("seed")))
        {
            await UntilServesAsync(second);
            StatusOf(second).Sequence.ShouldBe(1);
        }

        _plane.Save(With("fast", "smart"));
        await _plane.StartAsync();
        long held;
        await using (var second = await _plane.StartEdgeAsync("edge-2", seed: _plane.PathOf("seed")))
        {
            await Eventually.HoldsAsync(() => StatusOf(second).Sequence > 1 && StatusOf(second).Revision == _plane.Status.Serving!.Revision);
            held = StatusOf(second).Sequence;
        }

        await _plane.StopAsync();
        await using var again = await _plane.StartEdgeAsync("edge-2", seed: _plane.PathOf("seed"));
        StatusOf(again).Sequence.ShouldBe(held);
    }

    [Fact]
    public async Task Edge_OfAnotherRegionOrWithADamagedSeed_DoesNotServe()
    {
        await using var first = await StartFirstAsync();
        Folders.Copy(_plane.PathOf("data", "edge-1", "config"), _plane.PathOf("seed"));
        foreach (var chunk in Directory.GetFiles(_plane.PathOf("seed", "chunks")))
        {
            File.WriteAllBytes(chunk, new byte[(int)new FileInfo(chunk).Length]);
        }

        await using var second = await _plane.StartEdgeAsync(
            "edge-2", new FleetIdentity(ControlPlaneHost.Fleet, "us-east", FleetRole.Edge, "edge-2"), seed: _plane.PathOf("seed"));
        await Eventually.HoldsAsync(() => StatusOf(second).LastError?.Contains("damaged", StringComparison.Ordinal) == true);

        second.Snapshots.Current.ShouldBeNull();
    }

    [Fact]
    public async Task PeerListener_AnswersEdgesAndControlPlanesAndNobodyElse()
    {
        await using var first = await StartFirstAsync();
        using var authority = CertificateAuthority.OpenOrCreate(_plane.PathOf("ca"), ControlPlaneHost.Fleet);
        using var strangers = CertificateAuthority.OpenOrCreate(_plane.PathOf("other-ca"), ControlPlaneHost.Fleet);

        (await AskAsync(authority, FleetRole.ControlPlane, FleetProtocol.HeldPath)).ShouldBe(HttpStatusCode.OK);
        (await AskAsync(authority, FleetRole.Edge, FleetProtocol.HeldPath)).ShouldBe(HttpStatusCode.OK);
        (await AskAsync(authority, FleetRole.Edge, FleetProtocol.ChunkPath + "..%2Fheld")).ShouldBe(HttpStatusCode.NotFound);
        (await AskAsync(authority, FleetRole.Edge, "/status")).ShouldBe(HttpStatusCode.NotFound);
        (await AskAsync(authority, FleetRole.Edge, FleetProtocol.UsagePath + "?tenant=t")).ShouldBe(HttpStatusCode.Forbidden);
        (await AskAsync(authority, FleetRole.ControlPlane, FleetProtocol.UsagePath + "?tenant=t")).ShouldBe(HttpStatusCode.ServiceUnavailable, "it has no ledger");
        (await AskAsync(authority, FleetRole.DnsAgent, FleetProtocol.HeldPath)).ShouldBeNull();
        (await AskAsync(strangers, FleetRole.Edge, FleetProtocol.HeldPath)).ShouldBeNull();
    }

    /// <summary>An edge that has served the one revision, with the control plane gone since.</summary>
    private async Task<EdgeHost> StartFirstAsync()
    {
        _plane.Save(With("fast"));
        await _plane.StartAsync();
        var edge = await _plane.StartEdgeAsync(peerListen: _peerUrl);
        await UntilServesAsync(edge);
        await _plane.StopAsync();
        return edge;
    }

    private static ConfigStatus StatusOf(EdgeHost edge) => edge.Services.GetRequiredService<ConfigStatus>();

    private static Task UntilServesAsync(EdgeHost edge) => Eventually.HoldsAsync(() => StatusOf(edge).Served is not null);

    private async Task<HttpStatusCode?> AskAsync(CertificateAuthority authority, string role, string path)
    {
        var name = $"asks-{Guid.NewGuid():N}";
        authority.Issue(new FleetIdentity(ControlPlaneHost.Fleet, "us-east", role, "asker"), _plane.PathOf($"{name}.pem"), _plane.PathOf($"{name}.key"));
        using var handler = new SocketsHttpHandler
        {
            SslOptions = new()
            {
                LocalCertificateSelectionCallback = (_, _, _, _, _) => new ReloadedCertificate(_plane.PathOf($"{name}.pem"), _plane.PathOf($"{name}.key")).Current,
                RemoteCertificateValidationCallback = (_, peer, _, _) => new FleetTrust(_plane.PathOf("ca", "ca.pem"), ControlPlaneHost.Fleet).TryIdentify(peer, out var _),
            },
        };
        using var client = new HttpClient(handler);
        try
        {
            using var response = await client.GetAsync(new Uri(new Uri(_peerUrl), path), Cancel);
            return response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
