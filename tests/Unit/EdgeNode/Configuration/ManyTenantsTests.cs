using System.Diagnostics;
using System.Text.Json;
using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Loading;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.Contracts.Trust;
using GlobalGateway.ControlPlane.Sources;
using GlobalGateway.ControlPlane.Store.Leadership;
using GlobalGateway.EdgeNode.Configuration;
using GlobalGateway.EdgeNode.Hosting;
using GlobalGateway.EdgeNode.Snapshots;
using GlobalGateway.EdgeNode.Upstreams;
using GlobalGateway.Testing.Wire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Configuration;

[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ManyTenantsCollection
{
    /// <summary>It takes every core for seconds: what waits for others beside it would wait in vain.</summary>
    public const string Name = "many tenants";
}

/// <summary>A hundred thousand tenants with two keys each, with limits and allow-lists of their own.</summary>
[Collection(ManyTenantsCollection.Name)]
[Trait("suite", "config")]
public sealed class ManyTenantsTests : IDisposable
{
    private const int Tenants = 100_000;
    private const int Models = 40;
    private const long BytesMax = 1_000_000;

    private readonly string _root = Directory.CreateTempSubdirectory("gg-many-").FullName;
    private readonly SigningKey _key;

    public ManyTenantsTests()
    {
        _key = SigningKey.OpenOrCreate(Path.Combine(_root, "signing.key"));
        _key.WritePublic(Path.Combine(_root, "trust"));
    }

    public void Dispose()
    {
        _key.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task Change_OfOneTenantAmongManyThousands_MovesLessThanAMegabyteAndIsTakenSoon()
    {
        var options = new EdgeOptions
        {
            Fleet = "test", Region = "us-east", Name = "edge-1", DataDirectory = _root, PublicListen = [], ManagementListen = "", TrustKeys = Path.Combine(_root, "trust"),
        };
        var trust = new BundleTrust(options);
        var disk = new BundleDisk(Path.Combine(_root, BundleDisk.Folder), NullLogger<BundleDisk>.Instance);
        using var memory = new BundleMemory(options, disk, TimeProvider.System, NullLogger<BundleMemory>.Instance);
        var snapshots = new SnapshotStore(new SnapshotBuilder(options, TimeProvider.System), new RuntimeRegistry(), TimeProvider.System);
        using var activator = new BundleActivator(
            memory, new BundleAssembler(disk, trust), trust, snapshots, new ConfigStatus(options, TimeProvider.System), NullLogger<BundleActivator>.Instance);
        var resources = Resources();

        var first = await ApplyAsync(activator, resources, 1);
        var tenants = resources.Tenants.ToArray();
        tenants[Tenants / 2] = tenants[Tenants / 2] with { Tier = Tier.P0 };
        var second = await ApplyAsync(activator, resources with { Tenants = tenants }, 2);

        Console.WriteLine($"{Tenants:#,0} tenants: whole bundle {first.Bytes:#,0} bytes in {first.Took.TotalSeconds:0.0} s, a change of one {second.Bytes:#,0} bytes in {second.Took.TotalSeconds:0.0} s");
        first.Bytes.ShouldBeGreaterThan(20_000_000);
        second.Bytes.ShouldBeLessThan(BytesMax);
        snapshots.Current!.Keys.Find(Convert.FromHexString(Hash(Tenants / 2, 0)))!.Tenant.Tier.ShouldBe(Tier.P0);
        second.Took.ShouldBeLessThan(TimeSpan.FromSeconds(15));
    }

    /// <summary>A control plane and an edge as in production but for the process, with a cable between them that counts.</summary>
    [Fact(Timeout = 300_000)]
    public async Task Change_OfOneTenantAmongManyThousands_MovesLessThanAMegabyteOnTheWire()
    {
        await using var plane = new ControlPlaneHost(folder: false);
        await plane.StartAsync();
        await using var wire = FaultProxy.Start(new Uri(plane.FleetUrl).Port);
        var resources = Resources() with
        {
            Regions = [new Region { Name = "us-east" }],
            RolloutPolicies =
            [
                new RolloutPolicy
                {
                    Name = "default",
                    Stages = [new RolloutStage { Canary = "us-east", Bake = TimeSpan.Zero }, new RolloutStage { Region = "us-east", Bake = TimeSpan.Zero }],
                },
            ],
        };
        await RollOutAsync(plane, resources);
        await using var edge = await plane.StartEdgeAsync(controlPlane: $"https://127.0.0.1:{wire.Port}");
        await UntilServedAsync(plane, edge, Tier.P1);

        var before = wire.Bytes;
        var tenants = resources.Tenants.ToArray();
        tenants[Tenants / 2] = tenants[Tenants / 2] with { Tier = Tier.P0 };
        await RollOutAsync(plane, resources with { Tenants = tenants });
        await UntilServedAsync(plane, edge, Tier.P0);
        var moved = wire.Bytes - before;

        Console.WriteLine($"{Tenants:#,0} tenants over TLS: whole bundle {before:#,0} bytes, a change of one {moved:#,0} bytes, both ways and with all that the stream says meanwhile");
        before.ShouldBeGreaterThan(20_000_000);
        moved.ShouldBeGreaterThan(10_000);
        moved.ShouldBeLessThan(BytesMax);
    }

    private static async Task RollOutAsync(ControlPlaneHost plane, ResourceSet resources)
    {
        var source = plane.Services.GetRequiredService<ApplySource>();
        var loaded = new LoadResult(resources, [], 1, new Dictionary<string, ResourceSource>());
        while (true)
        {
            try
            {
                (await source.ApplyAsync(loaded, "", "jane", new SourceWishes(), TestContext.Current.CancellationToken)).Standing.ShouldBe(SourceStanding.Valid);
                return;
            }
            catch (LeadershipLostException)
            {
                // It does not lead yet.
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }
        }
    }

    /// <summary>Until the edge gives the tenant that is changed this tier, and the rollout of that is complete.</summary>
    private static async Task UntilServedAsync(ControlPlaneHost plane, EdgeHost edge, Tier tier)
    {
        while (edge.Snapshots.Current is not { } serving || serving.Keys.Find(Convert.FromHexString(Hash(Tenants / 2, 0)))!.Tenant.Tier != tier
            || plane.Status.Serving?.Bundle != serving.Bundle.Digest)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    private async Task<(long Bytes, TimeSpan Took)> ApplyAsync(BundleActivator activator, ResourceSet resources, long sequence)
    {
        var bundle = CompiledBundle.Compile(resources, DateTimeOffset.UnixEpoch).Bundle!;
        var parts = new CountedParts(bundle, SignedDocument.Sign(_key, SignedType.Manifest, "test", BundleFormat.WholeFleet, sequence, bundle.Manifest));
        var pointer = SignedDocument.Sign(_key, SignedType.Pointer, "test", "us-east", sequence, JsonSerializer.SerializeToUtf8Bytes(
            new BundlePointer { Bundle = bundle.Digest, ContentHash = bundle.ContentHash }, BundleJsonContext.Default.BundlePointer));
        var watch = Stopwatch.StartNew();
        (await activator.ApplyAsync(pointer, parts, TestContext.Current.CancellationToken)).Problem.ShouldBeNull();
        return (parts.Bytes, watch.Elapsed);
    }

    private static ResourceSet Resources()
    {
        var models = Enumerable.Range(0, Models).Select(number => $"model-{number:D2}").ToArray();
        return new ResourceSet
        {
            Providers = [new Provider { Name = "p", Format = ProviderFormat.OpenAI, Endpoints = [new ProviderEndpoint { Name = "main", Url = "http://127.0.0.1:9/v1" }] }],
            Models = [.. models.Select(name => new Model { Name = name, Targets = [new ModelTarget { Provider = "p", Model = "m" }] })],
            Tenants =
            [
                .. Enumerable.Range(0, Tenants).Select(number => new Tenant
                {
                    Name = $"tenant-{number:D6}",
                    Models = [.. models.Where((_, at) => (number >> (at % 17) & 1) == 1 || at == number % Models)],
                    Keys = [.. Enumerable.Range(0, 2).Select(key => new ClientKey { Name = $"k{key}", Sha256 = Hash(number, key) })],
                }),
            ],
            RateLimits =
            [
                .. Enumerable.Range(0, Tenants).Select(number => new RateLimit
                {
                    Name = $"limit-{number:D6}", AppliesTo = new AppliesTo { Tenant = $"tenant-{number:D6}" }, Requests = new Rate { Limit = number + 1, Per = TimeSpan.FromSeconds(1) },
                }),
            ],
        };
    }

    private static string Hash(int tenant, int key) => EdgeHost.Sha256($"{tenant}/{key}");

    /// <summary>Counts what would go over the wire: each part once it is asked for.</summary>
    private sealed class CountedParts(CompiledBundle bundle, SignedDocument manifest) : IBundleParts
    {
        private long _bytes;

        public long Bytes => Volatile.Read(ref _bytes);

        public Task<byte[]?> ManifestAsync(string digest, CancellationToken cancel) => Counted(JsonSerializer.SerializeToUtf8Bytes(manifest, BundleJsonContext.Default.SignedDocument));

        public Task<byte[]?> ChunkAsync(string digest, CancellationToken cancel) => Counted(bundle.Chunks[digest]);

        private Task<byte[]?> Counted(byte[] bytes)
        {
            Interlocked.Add(ref _bytes, bytes.Length);
            return Task.FromResult<byte[]?>(bytes);
        }
    }
}
