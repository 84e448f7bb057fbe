using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Resources;
using Shouldly;
using Xunit;
using static GlobalGateway.Unit.Contracts.Loading.Resources;

namespace GlobalGateway.Unit.Contracts.Bundles;

public class CompiledBundleTests
{
    private const int Tenants = 5_000;

    [Fact]
    public void Compile_Twice_GivesTheSameBytes()
    {
        var resources = LoadValid(Documented).Resources!;

        Compile(resources).Digest.ShouldBe(Compile(resources).Digest);
    }

    [Fact]
    public void Resources_ReadBack_AreTheSameContent()
    {
        var bundle = Compile(Many(tier: Tier.P1));

        var manifest = BundleReader.Manifest(bundle.Manifest, bundle.Digest);

        manifest.Resources.ShouldBe(Tenants);
        manifest.Chunks.ShouldAllBe(chunk => chunk.Bytes <= BundleFormat.ChunkBytesMax);
        BundleReader.Resources(manifest, bundle.Chunks.GetValueOrDefault!).Tenants.Count.ShouldBe(Tenants);
    }

    [Theory]
    [InlineData(2_500, false)]
    [InlineData(0, true)]
    public void Compile_OneTenantChangedOrAdded_SharesAllOtherChunks(int changed, bool added)
    {
        var before = Compile(Many(tier: Tier.P1));
        var set = Many(tier: Tier.P1);
        var after = Compile(added
            ? set with { Tenants = [new Tenant { Name = "a-first-one" }, .. set.Tenants] }
            : set with { Tenants = [.. set.Tenants.Select((tenant, index) => index == changed ? tenant with { Tier = Tier.P2 } : tenant)] });

        var moved = after.Chunks.Where(chunk => !before.Chunks.ContainsKey(chunk.Key)).ToList();

        before.Chunks.Count.ShouldBeGreaterThan(10);
        moved.ShouldHaveSingleItem().Value.Length.ShouldBeLessThan(BundleFormat.ChunkBytesMax);
        after.Digest.ShouldNotBe(before.Digest);
    }

    [Fact]
    public void Compile_ResourceAboveAChunk_SaysWhich()
    {
        var keys = Enumerable.Range(0, 3_000).Select(number => new ClientKey { Name = $"key-{number}", Sha256 = $"{number:x64}" }).ToList();

        var (bundle, problem) = CompiledBundle.Compile(new ResourceSet { Tenants = [new Tenant { Name = "huge", Keys = keys }] }, DateTimeOffset.UnixEpoch);

        bundle.ShouldBeNull();
        problem.ShouldNotBeNull().ShouldStartWith("Tenant/huge has");
    }

    [Fact]
    public void Manifest_OfAnotherDigest_IsRefused()
    {
        var bundle = Compile(Many(tier: Tier.P1));
        var other = bundle.Manifest.ToArray();
        other[^10] ^= 1;

        Should.Throw<BundleException>(() => BundleReader.Manifest(other, bundle.Digest)).Message.ShouldBe("the manifest is not the one the pointer names");
    }

    [Fact]
    public void Resources_WithAMissingChunk_AreRefused()
    {
        var bundle = Compile(Many(tier: Tier.P1));
        var manifest = BundleReader.Manifest(bundle.Manifest, bundle.Digest);

        Should.Throw<BundleException>(() => BundleReader.Resources(manifest, digest => digest == manifest.Chunks[^1].Sha256 ? null : bundle.Chunks[digest]))
            .Message.ShouldEndWith("is missing");
    }

    private static ResourceSet Many(Tier tier) =>
        new() { Tenants = [.. Enumerable.Range(0, Tenants).Select(number => new Tenant { Name = $"tenant-{number:D5}", Tier = tier, Models = ["*"] })] };

    private static CompiledBundle Compile(ResourceSet resources) => CompiledBundle.Compile(resources, DateTimeOffset.UnixEpoch).Bundle.ShouldNotBeNull();
}
