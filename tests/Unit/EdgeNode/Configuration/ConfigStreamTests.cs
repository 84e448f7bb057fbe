using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using GlobalGateway.Contracts.Fleet;
using GlobalGateway.Contracts.Trust;
using GlobalGateway.ControlPlane.Store;
using GlobalGateway.EdgeNode.Configuration;
using GlobalGateway.Testing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;
using static GlobalGateway.Unit.Contracts.Loading.Resources;

namespace GlobalGateway.Unit.EdgeNode.Configuration;

/// <summary>A real control plane and real edges in one process, over mutual TLS on loopback.</summary>
public sealed class ConfigStreamTests : IAsyncDisposable
{
    private readonly ControlPlaneHost _plane = new();

    public ValueTask DisposeAsync() => _plane.DisposeAsync();

    [Fact]
    public async Task Edge_WithAnEmptyFolder_ServesWhatTheControlPlaneCompiled()
    {
        _plane.Save(With("fast"));
        await _plane.StartAsync();
        await using var edge = await _plane.StartEdgeAsync();

        await UntilAsync(() => ModelsAsync(edge), "fast");

        await Eventually.HoldsAsync(() => _plane.Status.Edges is [{ State: "ack" }]);
        var status = _plane.Status;
        status.Edges[0].Revision.ShouldBe(status.Serving!.Revision);
        status.Serving.Resources["Model"].ShouldBe(1);
        status.Source.State.ShouldBe("valid");
    }

    [Fact]
    public async Task Edit_Valid_ReachesTheEdge_Broken_DoesNotAndIsShownWhole()
    {
        _plane.Save(With("fast"));
        await _plane.StartAsync();
        await using var edge = await _plane.StartEdgeAsync();
        await UntilAsync(() => ModelsAsync(edge), "fast");

        _plane.Save(With("fast", "smart"));
        await UntilAsync(() => ModelsAsync(edge), "fast,smart");
        await Eventually.HoldsAsync(() => _plane.Status is { Serving: { } good, Edges: [{ State: "ack" } told] } && good.Revision == told.Revision);
        var served = _plane.Status.Serving!;

        _plane.Save(With("fast").Replace("format: openai", "format: opnai", StringComparison.Ordinal).Replace("model: m", "modl: m", StringComparison.Ordinal));
        await Eventually.HoldsAsync(() => _plane.Status.Source.State == "invalid");

        _plane.Status.Source.Errors.Select(error => error.Message).ShouldBe(
        [
            "\"opnai\" is not one of openai, azure-openai, anthropic, gemini, http; did you mean \"openai\"?",
            "is missing",
            "no such field; did you mean \"model\"?",
        ]);
        _plane.Status.Serving!.Sequence.ShouldBe(served.Sequence);
        (await ModelsAsync(edge)).ShouldBe("fast,smart");

        _plane.Save(With("other"));
        await UntilAsync(() => ModelsAsync(edge), "other");
    }

    [Fact]
    public async Task Edit_BackToAnOlderContent_IsANewerPointerToTheSameBundle()
    {
        _plane.Save(With("fast"));
        await _plane.StartAsync();
        await using var edge = await _plane.StartEdgeAsync();
        await UntilAsync(() => ModelsAsync(edge), "fast");
        var first = _plane.Status.Serving!;

        _plane.Save(With("smart"));
        await UntilAsync(() => ModelsAsync(edge), "smart");
        _plane.Save(With("fast"));
        await UntilAsync(() => ModelsAsync(edge), "fast");

        await Eventually.HoldsAsync(() => _plane.Status.Serving!.Bundle == first.Bundle);
        _plane.Status.Serving!.Sequence.ShouldBeGreaterThan(first.Sequence);
    }

    [Fact]
    public async Task Edit_WithAllModelsAndRoutesGone_IsRefused()
    {
        _plane.Save(With("fast"));
        await _plane.StartAsync();
        await Eventually.HoldsAsync(() => _plane.Status.Serving is not null);

        File.Delete(_plane.PathOf("source", "all.yaml"));
        await Eventually.HoldsAsync(() => _plane.Status.Source.State == "invalid");

        _plane.Status.Source.Errors.ShouldHaveSingleItem().Message.ShouldBe("there is no Model and no Route; edges would serve nothing");
        _plane.Status.Serving!.Sequence.ShouldBe(1);
    }

    [Fact]
    public async Task Edit_WhileAConnectedEdgeReadsOtherFormatsOnly_IsRefusedWithItsName()
    {
        _plane.Save(With("fast"));
        await _plane.StartAsync();
        await Eventually.HoldsAsync(() => _plane.Status.Serving is not null);
        using (var edge = await _plane.ConnectAsync("edge-9"))
        {
            await edge.SendAsync(new EdgeHello([8, 9], "boot"), TestContext.Current.CancellationToken);
            await Eventually.HoldsAsync(() => _plane.Status.Edges is [{ Connected: true }]);

            _plane.Save(With("smart"));
            await Eventually.HoldsAsync(() => _plane.Status.Source.State == "invalid");
            _plane.Status.Source.Errors.ShouldHaveSingleItem().Message
                .ShouldBe("edge us-east.edge-9 reads bundles of format 8, 9, and this control plane writes format 1; bring both to versions that share one");
            _plane.Status.Serving!.Sequence.ShouldBe(1);
        }

        await Eventually.HoldsAsync(() => _plane.Status.Edges is [{ Connected: false }]);
        _plane.Save(With("smart", "other"));
        await Eventually.HoldsAsync(() => _plane.Status.Source.State == "valid");
    }

    [Fact]
    public async Task Source_FolderReplacedWhole_IsServed()
    {
        _plane.Save(With("fast"));
        await _plane.StartAsync();
        await using var edge = await _plane.StartEdgeAsync();
        await UntilAsync(() => ModelsAsync(edge), "fast");

        Directory.CreateDirectory(_plane.PathOf("next"));
        File.WriteAllText(_plane.PathOf("next", "other-name.yaml"), With("checked-out"));
        File.WriteAllText(_plane.PathOf("next", ControlPlaneHost.RolloutFile), ControlPlaneHost.QuickRollouts);
        Directory.Move(_plane.PathOf("source"), _plane.PathOf("before"));
        Directory.Move(_plane.PathOf("next"), _plane.PathOf("source"));
        await UntilAsync(() => ModelsAsync(edge), "checked-out");

        // The events of the file system are for the folder that is gone; looking finds this one all the same.
        _plane.Save(With("edited"), "other-name.yaml");
        await UntilAsync(() => ModelsAsync(edge), "edited");
    }

    [Fact]
    public async Task Edge_LosesTheControlPlaneForAWhile_FollowsTheNextOne()
    {
        _plane.Save(With("fast"));
        await _plane.StartAsync();
        await using var edge = await _plane.StartEdgeAsync();
        await UntilAsync(() => ModelsAsync(edge), "fast");

        await _plane.StopAsync();
        await Eventually.HoldsAsync(() => !edge.Services.GetRequiredService<ConfigStatus>().Connected);
        await _plane.StartAsync();

        await Eventually.HoldsAsync(() => _plane.Status.Edges is [{ State: "ack" }]);
        _plane.Status.Serving!.Sequence.ShouldBe(1);
        edge.Services.GetRequiredService<ConfigStatus>().WhyDegraded.ShouldBeNull();
    }

    [Fact]
    public async Task ControlPlane_Gone_EdgeServesOnAndRestartsFromDisk()
    {
        _plane.Save(With("fast"));
        await _plane.StartAsync();
        await using (var edge = await _plane.StartEdgeAsync())
        {
            await UntilAsync(() => ModelsAsync(edge), "fast");
            await _plane.StopAsync();

            (await ModelsAsync(edge)).ShouldBe("fast");
            await edge.StopAsync();
        }

        await using var restarted = await _plane.StartEdgeAsync();

        (await ModelsAsync(restarted)).ShouldBe("fast");

        _plane.Save(With("back"));
        await _plane.StartAsync();
        await UntilAsync(() => ModelsAsync(restarted), "back");
    }

    [Fact]
    public async Task Store_OlderThanTheFleet_RisesAboveWhatEdgesHold()
    {
        _plane.Save(With("fast"));
        await _plane.StartAsync();
        await using var edge = await _plane.StartEdgeAsync();
        await UntilAsync(() => ModelsAsync(edge), "fast");
        _plane.Save(With("smart"));
        await UntilAsync(() => ModelsAsync(edge), "smart");

        // A number that no edge has seen may be given out again: what counts is what this one holds once the rollout is over.
        await Eventually.HoldsAsync(() => _plane.Status is { Serving: { } good, Edges: [{ State: "ack" } told] } && good.Revision == told.Revision && good.Sequence == told.Sequence);
        var held = _plane.Status.Serving!.Sequence;
        await _plane.StopAsync();
        _plane.ForgetState();
        _plane.Save(With("after"));
        await _plane.StartAsync();

        await UntilAsync(() => ModelsAsync(edge), "after");
        await Eventually.HoldsAsync(() => _plane.Status.Serving!.Sequence > held);
    }

    [Fact]
    public async Task Signature_OfAnUntrustedKey_IsRefusedWithItsReason()
    {
        using (var other = SigningKey.OpenOrCreate(_plane.PathOf("other.key")))
        {
            other.WritePublic(_plane.PathOf("other-trust"));
        }

        _plane.Save(With("fast"));
        await _plane.StartAsync();
        await using var edge = await _plane.StartEdgeAsync(trust: _plane.PathOf("other-trust"));

        await Eventually.HoldsAsync(() => _plane.Status.Edges is [{ State: "nack" }]);

        _plane.Status.Edges[0].Reason.ShouldNotBeNull().ShouldStartWith("the pointer cannot be trusted: no trusted key made its signature");
        edge.Snapshots.Current.ShouldBeNull();
        edge.Services.GetRequiredService<ConfigStatus>().WhyDegraded.ShouldNotBeNull().ShouldContain("no trusted key");
    }

    [Theory]
    [InlineData("gg://other/us-east/edge/edge-1")]
    [InlineData("gg://test/us-east/dns-agent/edge-1")]
    public async Task Certificate_OfAnotherFleetOrRole_GetsNoStream(string uri)
    {
        FleetIdentity.TryParse(uri, out var identity).ShouldBeTrue();
        _plane.Save(With("fast"));
        await _plane.StartAsync();
        await using var edge = await _plane.StartEdgeAsync(identity: identity);

        await Eventually.HoldsAsync(() => edge.Services.GetRequiredService<ConfigStatus>().LastError is not null);

        edge.Snapshots.Current.ShouldBeNull();
        _plane.Status.Edges.ShouldBeEmpty();
    }

    [Fact]
    public async Task Disk_WithADamagedChunk_IsNotServedAndFetchedAgain()
    {
        _plane.Save(With("fast"));
        await _plane.StartAsync();
        await using (var edge = await _plane.StartEdgeAsync())
        {
            await UntilAsync(() => ModelsAsync(edge), "fast");
            await edge.StopAsync();
        }

        var chunk = Directory.GetFiles(_plane.PathOf("data", "edge-1", "config", "chunks")).ShouldHaveSingleItem();
        File.WriteAllText(chunk, "damaged");
        await using var restarted = await _plane.StartEdgeAsync();

        await UntilAsync(() => ModelsAsync(restarted), "fast");
        new FileInfo(chunk).Length.ShouldBeGreaterThan(100);
    }

    [Fact]
    public async Task Edge_ThatDiesTwiceAfterASwap_StartsFromTheBundleBeforeAndRefusesTheBadOne()
    {
        _plane.Save(With("fast"));
        await _plane.StartAsync();
        await using (var edge = await _plane.StartEdgeAsync())
        {
            await UntilAsync(() => ModelsAsync(edge), "fast");
            _plane.Save(With("deadly"));
            await UntilAsync(() => ModelsAsync(edge), "deadly");

            // It has passed every stage: an edge that dies earlier makes the rollout go back.
            await Eventually.HoldsAsync(() => _plane.Status is { Serving: { } good, Edges: [{ State: "ack" } told] } && good.Revision == told.Revision);
        }

        // Disposed without being stopped: as a power cut would.
        await using (var edge = await _plane.StartEdgeAsync())
        {
            (await ModelsAsync(edge)).ShouldBe("deadly");
        }

        await using var third = await _plane.StartEdgeAsync();
        (await ModelsAsync(third)).ShouldBe("fast");
        await Eventually.HoldsAsync(() => _plane.Status.Edges is [{ State: "nack" }]);
        _plane.Status.Edges[0].Reason.ShouldNotBeNull().ShouldStartWith("crashed");

        _plane.Save(With("mended"));
        await UntilAsync(() => ModelsAsync(third), "mended");
    }

    [Fact]
    public async Task Api_WithoutTheToken_TellsNothing()
    {
        _plane.Save(With("fast"));
        await _plane.StartAsync();
        await Eventually.HoldsAsync(() => _plane.Status.Serving is not null);
        using var client = new HttpClient { BaseAddress = new Uri(_plane.ApiUrl) };

        (await StatusOfAsync(client, "/health/ready")).ShouldBe(HttpStatusCode.OK);
        (await StatusOfAsync(client, "/api/v1/status")).ShouldBe(HttpStatusCode.Unauthorized);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ControlPlaneHost.Token + "x");
        (await StatusOfAsync(client, "/api/v1/status")).ShouldBe(HttpStatusCode.Unauthorized);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ControlPlaneHost.Token);
        (await StatusOfAsync(client, "/api/v1/status")).ShouldBe(HttpStatusCode.OK);
        (await StatusOfAsync(client, "/api/v1/edges")).ShouldBe(HttpStatusCode.OK);
        (await client.GetStringAsync("/api/v1/revisions", TestContext.Current.CancellationToken)).ShouldContain(_plane.Status.Serving!.ContentHash);
        (await StatusOfAsync(client, "/api/v1/nothing")).ShouldBe(HttpStatusCode.NotFound);
        (await StatusOfAsync(client, "/fleet/v1/stream")).ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Store_InUse_IsRefused()
    {
        await _plane.StartAsync();

        Should.Throw<StoreException>(() => GlobalGateway.ControlPlane.Store.Embedded.EmbeddedKeyValueStore.Open(_plane.PathOf("state"), TimeProvider.System)).Message.ShouldContain("is in use by another control plane");
    }

    private static async Task<HttpStatusCode> StatusOfAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(path, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    internal static string With(params string[] models) => Documents(
    [
        Document("Provider", "p", "format: openai\nendpoints: [{ url: http://127.0.0.1:9/v1 }]"),
        Document("Tenant", "t", $"models: [\"*\"]\nkeys: [{{ name: k, sha256: {EdgeHost.Sha256(EdgeHost.Key)} }}]"),
        .. models.Select(model => Document("Model", model, "targets: [{ provider: p, model: m }]")),
    ]);

    /// <summary>What a client is told of the models; nothing before the first bundle.</summary>
    private static async Task<string> ModelsAsync(EdgeHost edge)
    {
        using var response = await edge.Client.GetAsync("/v1/models", TestContext.Current.CancellationToken);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            return "";
        }

        using var json = System.Text.Json.JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return string.Join(',', json.RootElement.GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString()).Order(StringComparer.Ordinal));
    }

    private static Task UntilAsync(Func<Task<string>> read, string expected) => Eventually.HoldsAsync(async () => await read() == expected);
}
