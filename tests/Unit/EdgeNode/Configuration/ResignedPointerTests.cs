using System.Text.Json;
using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.Contracts.Trust;
using GlobalGateway.EdgeNode.Configuration;
using GlobalGateway.EdgeNode.Hosting;
using GlobalGateway.EdgeNode.Snapshots;
using GlobalGateway.EdgeNode.Upstreams;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Configuration;

public sealed class ResignedPointerTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("gg-resigned-").FullName;
    private readonly SigningKey _before;
    private readonly SigningKey _now;

    public ResignedPointerTests()
    {
        _before = SigningKey.OpenOrCreate(Path.Combine(_root, "before.key"));
        _now = SigningKey.OpenOrCreate(Path.Combine(_root, "now.key"));
        _before.WritePublic(Path.Combine(_root, "trust"));
        _now.WritePublic(Path.Combine(_root, "trust"));
    }

    public void Dispose()
    {
        _before.Dispose();
        _now.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task Pointer_SignedAnew_IsKeptWithItsManifestsSignatureAndRebuildsNothing()
    {
        var options = new EdgeOptions
        {
            Fleet = "test", Region = "us-east", Name = "edge-1", DataDirectory = _root, PublicListen = [], ManagementListen = "", TrustKeys = Path.Combine(_root, "trust"),
        };
        var bundle = CompiledBundle.Compile(new ResourceSet { Providers = [TestResources.Provider("p", "http://127.0.0.1:9/v1")], Models = [new Model { Name = "fast", Targets = [TestResources.Target("p", 0)] }] }, DateTimeOffset.UnixEpoch).Bundle!;
        var snapshots = new SnapshotStore(new SnapshotBuilder(options, TimeProvider.System), new RuntimeRegistry(), TimeProvider.System);
        using var memory = MemoryOf(options);
        using var activator = ActivatorOf(options, memory, snapshots);
        (await activator.ApplyAsync(Pointer(bundle, _before), new Parts(bundle, _before), TestContext.Current.CancellationToken)).Problem.ShouldBeNull();
        var served = snapshots.Current;

        (await activator.ApplyAsync(Pointer(bundle, _now), new Parts(bundle, _now), TestContext.Current.CancellationToken)).Problem.ShouldBeNull();

        snapshots.Current.ShouldBeSameAs(served);
        File.Delete(Path.Combine(_root, "trust", _before.Id + ".pem"));
        var restarted = new SnapshotStore(new SnapshotBuilder(options, TimeProvider.System), new RuntimeRegistry(), TimeProvider.System);
        using var memoryAfter = MemoryOf(options);
        using var after = ActivatorOf(options, memoryAfter, restarted);
        after.StartFromDisk();
        restarted.Current!.Bundle.Digest.ShouldBe(bundle.Digest);
    }

    private static BundleDisk DiskOf(EdgeOptions options) => new(Path.Combine(options.DataDirectory, BundleDisk.Folder), NullLogger<BundleDisk>.Instance);

    private static BundleMemory MemoryOf(EdgeOptions options) => new(options, DiskOf(options), TimeProvider.System, NullLogger<BundleMemory>.Instance);

    private static BundleActivator ActivatorOf(EdgeOptions options, BundleMemory memory, SnapshotStore snapshots)
    {
        var trust = new BundleTrust(options);
        return new BundleActivator(
            memory, new BundleAssembler(DiskOf(options), trust), trust, snapshots, new ConfigStatus(options, TimeProvider.System), NullLogger<BundleActivator>.Instance);
    }

    private static SignedDocument Pointer(CompiledBundle bundle, SigningKey key) => SignedDocument.Sign(key, SignedType.Pointer, "test", "us-east", 1, JsonSerializer.SerializeToUtf8Bytes(
        new BundlePointer { Bundle = bundle.Digest, ContentHash = bundle.ContentHash }, BundleJsonContext.Default.BundlePointer));

    private sealed class Parts(CompiledBundle bundle, SigningKey key) : IBundleParts
    {
        public Task<byte[]?> ManifestAsync(string digest, CancellationToken cancel) => Task.FromResult<byte[]?>(JsonSerializer.SerializeToUtf8Bytes(
            SignedDocument.Sign(key, SignedType.Manifest, "test", BundleFormat.WholeFleet, 1, bundle.Manifest), BundleJsonContext.Default.SignedDocument));

        public Task<byte[]?> ChunkAsync(string digest, CancellationToken cancel) => Task.FromResult<byte[]?>(bundle.Chunks[digest]);
    }
}
